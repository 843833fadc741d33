/// Every invalid setting, with the exact message. `HOME` is the machine's directory, which has the files
/// `garbage`, `badcat`, `half` and the empty folder `folder`; `SETTINGS` is the settings file; `MASTER` a master key.
enum BadSettings {
    /// Settings files that every command refuses.
    static let files: [(yaml: String, complaint: String)] = [
        (
            "mail: {smtp_url: \"http://x\", from: a@b.example}",
            "SETTINGS:1: mail.smtp_url cannot be used: the SMTP URL has the wrong scheme; expected "
                + "smtps://user:password@host:465 or smtp://host:587"
        ),
        (
            "mail: {smtp_url: nonsense, from: a@b.example}",
            "SETTINGS:1: mail.smtp_url cannot be used: the SMTP URL is not a URL; expected "
                + "smtps://user:password@host:465 or smtp://host:587, with %-escapes for special characters in "
                + "the password"
        ),
        (
            "mail: {smtp_url: \"smtps://user:pass@relay.example:465\"}",
            "mail.from (KEYVIGIL_MAIL_FROM) is not set; give the address that notices come from"
        ),
        (
            "mail: {smtp_url: \"smtps://user@relay.example\", from: a@b.example}",
            "SETTINGS:1: mail.smtp_url cannot be used: the SMTP URL has a user without a password, or a password "
                + "without a user; expected smtps://user:password@host:465 or smtp://host:587"
        ),
        (
            "mail: {smtp_url: \"smtps://relay.example/path\", from: a@b.example}",
            "SETTINGS:1: mail.smtp_url cannot be used: the SMTP URL has something after the host; expected "
                + "smtps://user:password@host:465 or smtp://host:587"
        ),
        (
            "mail: {directory: HOME/mails}",
            "mail.from (KEYVIGIL_MAIL_FROM) is not set; give the address that notices come from"
        ),
        (
            "mail: {directory: HOME/mails, from: nobody}",
            "SETTINGS:1: mail.from cannot be used: mail address refused: it needs exactly one @; write it as "
                + "name@example.com"
        ),
        ("mail: {directory: HOME/mails, from: \"\"}", "SETTINGS:1: mail.from is empty; give it a value or remove it"),
        (
            "mail: {directory: HOME/mails, from: a@b.example, none: true}",
            "set only one of mail.smtp_url, mail.directory and mail.none"
        ),
        (
            "mail: {smtp_url: \"smtps://relay.example\", directory: HOME/mails, from: a@b.example}",
            "set only one of mail.smtp_url, mail.directory and mail.none"
        ),
        ("mail: {none: yes}", "SETTINGS:1: mail.none must be true or false"),
        ("mail: {insecure: 1}", "SETTINGS:1: mail.insecure must be true or false"),
        (
            "mail: {operators: [ops@b.example, nobody]}",
            "SETTINGS:1: mail.operators cannot be used: mail address refused: it needs exactly one @; write it as "
                + "name@example.com"
        ),
        (
            "mail: {operators: [it@-bad.example]}",
            "SETTINGS:1: mail.operators cannot be used: mail address refused: the part after @ must be a host name: "
                + "letters, digits and inner hyphens, at most 63 between two dots; write it as name@example.com"
        ),
        (
            "mail: {directory: HOME/mails, from: Keys <it@-bad.example>}",
            "SETTINGS:1: mail.from cannot be used: mail address refused: the part after @ must be a host name: "
                + "letters, digits and inner hyphens, at most 63 between two dots; write it as name@example.com"
        ),
        (
            "mail: {operators: \"a@b.example, nobody\"}",
            "SETTINGS:1: mail.operators cannot be used: mail address refused: it needs exactly one @; write it as "
                + "name@example.com"
        ),
        ("mail: {smtp_url_file: HOME/missing}", "cannot read the file HOME/missing of mail.smtp_url_file"),
        (
            "mail: {smtp_url: \"smtps://relay.example\", smtp_url_file: HOME/garbage}",
            "SETTINGS:1: mail.smtp_url is set twice, as text and as file"
        ),
        ("mail: {none: {a: b}}", "SETTINGS:1: unknown setting mail.none.a; did you mean mail.none?"),
        ("mail: true", "SETTINGS:1: mail is a block: write its settings below it, indented, as NAME: VALUE lines"),
        (
            "database: {url: \"mysql://x\"}",
            "SETTINGS:1: database.url must be sqlite:///PATH, as in sqlite:///var/lib/keyvigil/keyvigil.db, or "
                + "postgresql://HOST/NAME"
        ),
        (
            "database: {url: \"postgresql://u:p@ss@h/db\"}",
            "SETTINGS:1: database.url is no connection string that libpq takes: "
                + "postgresql://USER@HOST:PORT/NAME?OPTION=VALUE, with characters such as @ : / # in user and password "
                + "percent-encoded"
        ),
        (
            "database: {url: \"sqlite://relative.db\"}",
            "SETTINGS:1: database.url must be sqlite:///PATH, as in sqlite:///var/lib/keyvigil/keyvigil.db, or "
                + "postgresql://HOST/NAME"
        ),
        (
            "database: {url: \"sqlite:///x?mode=ro\"}",
            "SETTINGS:1: database.url must be sqlite:///PATH, as in sqlite:///var/lib/keyvigil/keyvigil.db, or "
                + "postgresql://HOST/NAME"
        ),
        ("probe: {concurrency: 0}", "SETTINGS:1: probe.concurrency must be a whole number from 1 to 1024"),
        ("probe: {concurrency: many}", "SETTINGS:1: probe.concurrency must be a whole number from 1 to 1024"),
        ("probe: {concurrency: 1025}", "SETTINGS:1: probe.concurrency must be a whole number from 1 to 1024"),
        (
            "probe: {timeout: 20}",
            "SETTINGS:1: probe.timeout must be a duration such as 20s, 50m, 24h or 7d, from 1s to 5m"
        ),
        (
            "probe: {timeout: 0s}",
            "SETTINGS:1: probe.timeout must be a duration such as 20s, 50m, 24h or 7d, from 1s to 5m"
        ),
        (
            "probe: {timeout: 1h}",
            "SETTINGS:1: probe.timeout must be a duration such as 20s, 50m, 24h or 7d, from 1s to 5m"
        ),
        ("probe: {proxy: proxy.example}", "SETTINGS:1: probe.proxy must be a proxy such as http://proxy.example:3128"),
        (
            "probe: {proxy: \"ftp://proxy.example\"}",
            "SETTINGS:1: probe.proxy must be a proxy such as http://proxy.example:3128"
        ),
        ("probe: {ca_file: HOME/missing}", "SETTINGS:1: probe.ca_file names a file that cannot be read"),
        ("probe: {ca_file: HOME/folder}", "SETTINGS:1: probe.ca_file names a file that cannot be read"),
        (
            "probe: {ca_file: HOME/garbage}",
            "SETTINGS:1: probe.ca_file names a file without certificates; give one in PEM form"
        ),
        ("probe: {deep: yes}", "SETTINGS:1: probe.deep must be true or false"),
        (
            "schedule: {period: 7}",
            "SETTINGS:1: schedule.period must be a duration such as 20s, 50m, 24h or 7d, from 1d to 90d"
        ),
        (
            "schedule: {period: 1h}",
            "SETTINGS:1: schedule.period must be a duration such as 20s, 50m, 24h or 7d, from 1d to 90d"
        ),
        (
            "confirmation: {gap: -1h}",
            "SETTINGS:1: confirmation.gap must be a duration such as 20s, 50m, 24h or 7d, from 0s to 30d"
        ),
        (
            "confirmation: {gap: 31d}",
            "SETTINGS:1: confirmation.gap must be a duration such as 20s, 50m, 24h or 7d, from 0s to 30d"
        ),
        (
            "confirmation: {gap: 1.5h}",
            "SETTINGS:1: confirmation.gap must be a duration such as 20s, 50m, 24h or 7d, from 0s to 30d"
        ),
        ("breaker: {minimum: 0}", "SETTINGS:1: breaker.minimum must be a whole number from 1 to 1000"),
        ("breaker: {sigma: much}", "SETTINGS:1: breaker.sigma must be a number from 1.0 to 10.0"),
        ("breaker: {cap_share: 2}", "SETTINGS:1: breaker.cap_share must be a number from 0.001 to 1.0"),
        ("breaker: {cap_minimum: -1}", "SETTINGS:1: breaker.cap_minimum must be a whole number from 1 to 1000"),
        ("display: {prefix_length: 12}", "SETTINGS:1: display.prefix_length must be a whole number from 4 to 8"),
        ("display: {hint: full}", "SETTINGS:1: display.hint must be prefix or last4"),
        ("policy: {exhausted: disable}", "SETTINGS:1: policy.exhausted must be warn or skip"),
        ("notices: {max_backlog: 0}", "SETTINGS:1: notices.max_backlog must be a whole number from 1 to 1000000"),
        (
            "notices: {expiring_days: [30, soon]}",
            "SETTINGS:1: notices.expiring_days must be a list of whole numbers from 1 to 365"
        ),
        (
            "notices: {expiring_days: [0]}",
            "SETTINGS:1: notices.expiring_days must be a list of whole numbers from 1 to 365"
        ),
        (
            "notices: {console_url: \"ftp://x\"}",
            "SETTINGS:1: notices.console_url must be a web address beginning with https://"
        ),
        (
            "notices: {console_url: \"https://\"}",
            "SETTINGS:1: notices.console_url must be a web address beginning with https://"
        ),
        ("heartbeat: {url: nonsense}", "SETTINGS:1: heartbeat.url must be a web address beginning with https://"),
        ("heartbeat: {url_file: HOME/missing}", "cannot read the file HOME/missing of heartbeat.url_file"),
        ("metrics: {file: [a, b]}", "SETTINGS:1: metrics.file must be one value, not a list"),
        (
            "check: {key_variable: \"MY KEY\"}",
            "SETTINGS:1: check.key_variable must be the name of a variable, made of A-Z, a-z, 0-9 and _, as in KEYVIGIL_KEY"
        ),
        (
            "check: {key_variable: 1KEY}",
            "SETTINGS:1: check.key_variable must be the name of a variable, made of A-Z, a-z, 0-9 and _, as in KEYVIGIL_KEY"
        ),
        ("check: {key_variable: \"\"}", "SETTINGS:1: check.key_variable is empty; give it a value or remove it"),
        (
            "providers: {openai: {check_key: \"a b\"}}",
            "SETTINGS:1: providers.openai.check_key must be printable ASCII without spaces"
        ),
        (
            "providers: {openai: {check_key: [a, b]}}",
            "SETTINGS:1: providers.openai.check_key must be one value, not a list"
        ),
        (
            "providers: {openai: {check_key: abcdefgh, check_key_file: HOME/garbage}}",
            "SETTINGS:1: providers.openai.check_key is set twice, as text and as file"
        ),
        (
            "providers: {openai: {check_key_file: HOME/missing}}",
            "cannot read the file HOME/missing of providers.openai.check_key_file"
        ),
        (
            "providers: {openai: {platform_key: é}}",
            "SETTINGS:1: providers.openai.platform_key must be printable ASCII without spaces"
        ),
        (
            "providers: {openai: {platform_key_file: HOME/missing}}",
            "cannot read the file HOME/missing of providers.openai.platform_key_file"
        ),
        ("check: {rc_file: [a, b]}", "SETTINGS:1: check.rc_file must be one value, not a list"),
        ("templates: [a, b]", "SETTINGS:1: templates must be one value, not a list"),
        ("catalogue: HOME/missing", "SETTINGS:1: catalogue names a file that cannot be read"),
        ("encryption: {key_file: \"\"}", "SETTINGS:1: encryption.key_file is empty; give it a value or remove it"),
        ("encryption: {key: abc}", "SETTINGS:1: unknown setting encryption.key; remove it"),
        (
            "providers: {openai: {base_url: \"http://api.example\"}}",
            "SETTINGS:1: providers.openai.base_url must begin with https:// (http:// only on loopback, with "
                + "allow_insecure_loopback: true)"
        ),
        (
            "providers: {openai: {base_url: \"http://127.0.0.1:1\"}}",
            "SETTINGS:1: providers.openai.base_url must begin with https:// (http:// only on loopback, with "
                + "allow_insecure_loopback: true)"
        ),
        (
            "providers: {openai: {base_url: api.example}}",
            "SETTINGS:1: providers.openai.base_url must be a web address beginning with https://"
        ),
        (
            "providers: {openai: {base_url: \"https://\"}}",
            "SETTINGS:1: providers.openai.base_url must be a web address beginning with https://"
        ),
        (
            "providers: {openai: {rate_per_second: 0}}",
            "SETTINGS:1: providers.openai.rate_per_second must be a number above 0, in probes a second"
        ),
        (
            "providers: {openai: {rate_per_second: nan}}",
            "SETTINGS:1: providers.openai.rate_per_second must be a number above 0, in probes a second"
        ),
        (
            "providers: {openai: {tenant_rate_per_second: -1}}",
            "SETTINGS:1: providers.openai.tenant_rate_per_second must be a number above 0, in probes a second"
        ),
        ("providers: {openai: {enabled: off}}", "SETTINGS:1: providers.openai.enabled must be true or false"),
        (
            "providers: {openai: {allow_insecure_loopback: 1}}",
            "SETTINGS:1: providers.openai.allow_insecure_loopback must be true or false"
        ),
        (
            "providers: {openai: {canary_key: \"a b\"}}",
            "SETTINGS:1: providers.openai.canary_key must be printable ASCII without spaces"
        ),
        (
            "providers: {openai: {canary_key_file: HOME/missing}}",
            "cannot read the file HOME/missing of providers.openai.canary_key_file"
        ),
        (
            "providers: {azure_openai: {canary_key: abcdefgh, canary_params: [resource]}}",
            "SETTINGS:1: providers.azure_openai.canary_params cannot be used: parameter must be NAME=VALUE, as in "
                + "resource=my-company"
        ),
        (
            "providers: {azure_openai: {canary_key: abcdefgh, canary_params: {resource: x}}}",
            "SETTINGS:1: canary_params is a list, as in [resource=NAME]"
        ),
        (
            "providers: {openai: {base_urll: x}}",
            "SETTINGS:1: unknown setting providers.openai.base_urll; did you mean base_url?"
        ),
        (
            "providers: {openai: {enabled: {x: true}}}",
            "SETTINGS:1: unknown setting providers.openai.enabled.x; remove it"
        ),
        (
            "providers: {openai: x}",
            "SETTINGS:1: providers.openai is a block: write its settings below it, indented, as NAME: VALUE lines"
        ),
        (
            "providers: x",
            "SETTINGS:1: providers is a block: write its settings below it, indented, as NAME: VALUE lines"
        ),
        ("databse: {url: x}", "SETTINGS:1: unknown setting databse.url; did you mean database.url?"),
        ("mail: {smtp-url: x}", "SETTINGS:1: unknown setting mail.smtp-url; did you mean mail.smtp_url?"),
        ("colour: red", "SETTINGS:1: unknown setting colour; remove it"),
        ("schedule: {perod: 7d}", "SETTINGS:1: unknown setting schedule.perod; did you mean schedule.period?"),
        (
            "a: b: c",
            "SETTINGS:1: this is no valid YAML: mapping values are not allowed in this context; quote texts that "
                + "hold a colon"
        ),
        ("just text", "SETTINGS: settings are NAME: VALUE lines"),
        ("- list", "SETTINGS: settings are NAME: VALUE lines"),
        ("mail: [1", "SETTINGS:2: this is no valid YAML: did not find expected ',' or ']'"),
        (
            "mail:\n\tnone: true",
            "SETTINGS:2: this is no valid YAML: found character that cannot start any token; indent with spaces, "
                + "not tabs, and quote texts"
        ),
        ("mail: {none: true, none: false}", "SETTINGS: a name stands twice in one block: none"),
        ("? [a]: b", "SETTINGS:1: setting names are words"),
        ("a: &x 1\nb: *x", "SETTINGS:1: unknown setting a; remove it"),
    ]

    /// Settings files that `run` refuses, with the environment and store that they need for it.
    static let ofRun: [(yaml: String, complaint: String)] = [
        (
            "",
            "no mail is set: give mail.smtp_url (KEYVIGIL_SMTP_URL) or mail.directory, or mail.none: true to "
                + "run without"
        ),
        (
            "mail:\n",
            "no mail is set: give mail.smtp_url (KEYVIGIL_SMTP_URL) or mail.directory, or mail.none: true to "
                + "run without"
        ),
        (
            "mail:\nproviders:\n  openai:\n",
            "no mail is set: give mail.smtp_url (KEYVIGIL_SMTP_URL) or mail.directory, or mail.none: true to "
                + "run without"
        ),
        (
            "mail: {directory: HOME/m, from: a@b.example}\ntemplates: HOME/missing",
            "mail templates: HOME/missing: no such directory; set KEYVIGIL_TEMPLATES or `templates` to the one "
                + "that holds layout/ and en/"
        ),
        (
            "mail: {directory: HOME/m, from: a@b.example}\ntemplates: HOME/folder",
            "mail templates: en: missing; every locale falls back to English"
        ),
        ("mail: {none: true}\ncatalogue: HOME/badcat", "HOME/badcat:2: this is no valid YAML; correct this line"),
        ("mail: {none: true}\ncatalogue: HOME/half", "HOME/half:2: foo: probe is missing; add it"),
        ("mail: {none: true}\ncatalogue: HOME/folder", "SETTINGS:2: catalogue names a file that cannot be read"),
        (
            "mail: {none: true}\nproviders: {nosuch: {enabled: true}}",
            "providers.nosuch: there is no provider 'nosuch'; `keyvigil providers list` shows all"
        ),
    ]

    /// Variables that `run` refuses.
    static let variables: [(name: String, value: String, status: Int32, complaint: String)] = [
        (
            "BYOK_ENCRYPTION_KEY",
            "",
            78,
            "no encryption key: set BYOK_ENCRYPTION_KEY or BYOK_ENCRYPTION_KEY_FILE; make a key with `keyvigil "
                + "encryption new-key`"
        ),
        (
            "BYOK_ENCRYPTION_KEY",
            "abc",
            78,
            "encryption key 1 is not 32 bytes of base64; make one with `keyvigil encryption new-key`"
        ),
        (
            "BYOK_ENCRYPTION_KEY",
            "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
            78,
            "encryption key 1 is not base64; make one with `keyvigil encryption new-key`"
        ),
        ("BYOK_ENCRYPTION_KEY", "MASTER,MASTER", 78, "the key ring holds the same key twice; remove one"),
        (
            "BYOK_ENCRYPTION_KEY",
            "a b:MASTER",
            78,
            "label of encryption key 1 must be 1 to 64 letters, digits, '-', '_' or '.', as in `2026:BASE64`"
        ),
        ("BYOK_ENCRYPTION_KEYS", "a:MASTER", 78, "set only one of BYOK_ENCRYPTION_KEYS and BYOK_ENCRYPTION_KEY"),
        (
            "DATABASE_URL",
            "sqlite://HOME/missing.db",
            78,
            "there is no store at HOME/missing.db; make one with `keyvigil database migrate`"
        ),
        (
            "DATABASE_URL",
            "mysql://x",
            78,
            "DATABASE_URL must be sqlite:///PATH, as in sqlite:///var/lib/keyvigil/keyvigil.db, or postgresql://HOST/NAME"
        ),
        ("DATABASE_URL", "sqlite://HOME/garbage", 69, "store: HOME/garbage: file is not a database (code 26)"),
        ("DATABASE_URL", "sqlite://HOME/folder", 69, "store: HOME/folder: unable to open database file (code 14)"),
        ("KEYVIGIL_CONFIG", "HOME/missing", 78, "cannot read the settings file HOME/missing"),
        ("KEYVIGIL_CONFIG", "HOME/folder", 78, "cannot read the settings file HOME/folder"),
        (
            "KEYVIGIL_OPS_EMAIL",
            "x,y",
            78,
            "KEYVIGIL_OPS_EMAIL cannot be used: mail address refused: it needs exactly one @; write it as "
                + "name@example.com"
        ),
        (
            "KEYVIGIL_MAIL_FROM",
            "x",
            78,
            "KEYVIGIL_MAIL_FROM cannot be used: mail address refused: it needs exactly one @; write it as "
                + "name@example.com"
        ),
        (
            "KEYVIGIL_HEARTBEAT_URL",
            "nonsense",
            78,
            "KEYVIGIL_HEARTBEAT_URL must be a web address beginning with https://"
        ),
        (
            "KEYVIGIL_CA_FILE",
            "HOME/garbage",
            78,
            "KEYVIGIL_CA_FILE names a file without certificates; give one in PEM form"
        ),
        (
            "KEYVIGIL_SMTP_URL",
            "smtps://user:hunter2@relay.example:99999",
            78,
            "KEYVIGIL_SMTP_URL cannot be used: the SMTP URL is not a URL; expected "
                + "smtps://user:password@host:465 or smtp://host:587, with %-escapes for special characters in "
                + "the password"
        ),
    ]
}
