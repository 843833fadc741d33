internal import Foundation
internal import KeyVigil
internal import Revalidation

/// The metrics of the last run in Prometheus' text format, for node_exporter's textfile collector.
struct MetricsFile {
    private let path: String

    init?(path: String?) {
        guard let path else { return nil }
        self.path = path
    }

    /// Replaces the file in one step: a reader sees the old or the new text, never a part of one.
    ///
    /// - Throws: ``SettingsError`` where the file cannot be written.
    func write(_ report: RunReport) throws {
        let draft = path + ".part"
        let data = Data(Self.text(report).utf8)
        guard FileManager.default.createFile(atPath: draft, contents: data, attributes: [.posixPermissions: 0o644]),
            rename(draft, path) == 0
        else { throw SettingsError("cannot write the metrics file \(path)", isPermission: true) }
    }

    private static func text(_ report: RunReport) -> String {
        (run(report) + (report.coverage.map(coverage) ?? [])).flatMap(\.lines).joined(separator: "\n") + "\n"
    }

    private static func run(_ report: RunReport) -> [Gauge] {
        [
            Gauge(
                name: "run_finished_timestamp_seconds", help: "End of the last run.",
                value: report.finished.timeIntervalSince1970),
            Gauge(
                name: "run_duration_seconds", help: "Length of the last run.",
                value: report.finished.timeIntervalSince(report.started)),
            Gauge(name: "run_exit_status", help: "Exit status of the last run.", value: Double(report.exitStatus)),
            Gauge(
                name: "run_findings", help: "Keys of the last run by finding.", label: "finding",
                counts: report.findings),
            Gauge(
                name: "run_transitions", help: "Keys of the last run by change.", label: "change",
                counts: report.transitions),
        ]
    }

    private static func coverage(_ coverage: Coverage) -> [Gauge] {
        [
            Gauge(name: "keys_enabled", help: "Enabled keys.", value: Double(coverage.enabled)),
            Gauge(
                name: "keys_covered", help: "Enabled keys with a conclusive check within the period.",
                value: Double(coverage.covered)),
            Gauge(
                name: "keys_overdue", help: "Enabled keys without one for longer than the period.",
                value: Double(coverage.overdue)),
        ]
    }
}

/// One metric with its values.
private struct Gauge {
    let name: String
    let help: String
    /// Each value under its labels as the format writes them, such as `{finding="valid"}`.
    let values: [(labels: String, value: Double)]

    init(name: String, help: String, value: Double) {
        self.name = name
        self.help = help
        values = [("", value)]
    }

    /// A value for each count, in the order of their names.
    init(name: String, help: String, label: String, counts: [String: Int]) {
        self.name = name
        self.help = help
        values = counts.sorted { $0.key < $1.key }.map { ("{\(label)=\"\($0.key)\"}", Double($0.value)) }
    }

    var lines: [String] {
        ["# HELP keyvigil_\(name) \(help)", "# TYPE keyvigil_\(name) gauge"]
            + values.map { "keyvigil_\(name)\($0.labels) \(Self.number($0.value))" }
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
