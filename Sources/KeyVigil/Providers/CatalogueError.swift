/// What is wrong in a catalogue, where, and what to do.
public struct CatalogueError: Error, Equatable, CustomStringConvertible {
    /// The file, as the operator named it.
    public let file: String
    /// The line, from 1; 0 when unknown.
    public let line: Int
    /// The provider, or `common`; empty for the file as a whole.
    public let entry: String
    /// What is wrong and what to do.
    public let problem: String

    /// `FILE:LINE: ENTRY: PROBLEM`.
    public var description: String {
        let place = line > 0 ? "\(file):\(line): " : "\(file): "
        return place + (entry.isEmpty ? "" : "\(entry): ") + problem
    }
}
