/// A problem in a catalogue, with its place. Permanent: the operator has to correct the file at that line.
public struct CatalogueError: Error, Equatable, CustomStringConvertible {
    /// The file: an operator's, as the caller named it, or an embedded one such as `Catalogue/openai.yaml`.
    public let file: String
    /// The line, from 1; 0 when unknown.
    public let line: Int
    /// The provider's id, or `common`; empty for the file as a whole.
    public let entry: String
    /// What is wrong and what to do.
    public let problem: String

    /// `FILE:LINE: ENTRY: PROBLEM`.
    public var description: String {
        let place = line > 0 ? "\(file):\(line): " : "\(file): "
        return place + (entry.isEmpty ? "" : "\(entry): ") + problem
    }
}
