internal import Foundation
internal import KeyVigil
internal import Revalidation

/// The last run in Prometheus' text format, for node_exporter's textfile collector; whole or absent.
struct MetricsFile {
    private let path: String

    init?(path: String?) {
        guard let path else { return nil }
        self.path = path
    }

    func write(_ report: RunReport) throws {
        let draft = path + ".part"
        let data = Data(Self.text(report).utf8)
        guard FileManager.default.createFile(atPath: draft, contents: data, attributes: [.posixPermissions: 0o644]),
            rename(draft, path) == 0
        else { throw SettingsError("cannot write the metrics file \(path)", isPermission: true) }
    }

    static func text(_ report: RunReport) -> String {
        var lines: [String] = []
        func metric(_ name: String, _ help: String, _ values: [(labels: String, value: Double)]) {
            lines.append("# HELP keyvigil_\(name) \(help)")
            lines.append("# TYPE keyvigil_\(name) gauge")
            lines += values.map {
                "keyvigil_\(name)\($0.labels) \($0.value == $0.value.rounded() ? "\(Int($0.value))" : "\($0.value)")"
            }
        }
        metric("run_finished_timestamp_seconds", "End of the last run.", [("", report.finished.timeIntervalSince1970)])
        metric(
            "run_duration_seconds", "Length of the last run.",
            [("", report.finished.timeIntervalSince(report.started))])
        metric("run_exit_status", "Exit status of the last run.", [("", Double(report.exitStatus))])
        metric(
            "run_findings", "Keys of the last run by finding.",
            report.findings.sorted { $0.key < $1.key }.map { ("{finding=\"\($0.key)\"}", Double($0.value)) })
        metric(
            "run_transitions", "Keys of the last run by change.",
            report.transitions.sorted { $0.key < $1.key }.map { ("{change=\"\($0.key)\"}", Double($0.value)) })
        if let coverage = report.coverage {
            metric("keys_enabled", "Enabled keys.", [("", Double(coverage.enabled))])
            metric(
                "keys_covered", "Enabled keys with a conclusive check within the period.",
                [("", Double(coverage.covered))])
            metric(
                "keys_overdue", "Enabled keys without one for longer than the period.", [("", Double(coverage.overdue))]
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
