internal import Foundation
public import Secrets

/// A file that holds a secret, which only its owner may read (ruling 28).
public enum PrivateFile {
    private static let longest = 1 << 16

    /// Reads the file straight into memory that is wiped, without spaces and line breaks at its end.
    ///
    /// With `isGuarded` the file's mode is not checked, because something else keeps other users out, such as
    /// systemd's directory of credentials.
    ///
    /// - Throws: ``PrivateFileRefused``, whose description says how to correct the file.
    public static func read(_ path: String, isGuarded: Bool = false) throws(PrivateFileRefused) -> SecretBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, isPermission: errno == EACCES) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, isPermission: false) }
        guard isGuarded || status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
        let content = try SecretBytes(count: longest) { buffer throws(PrivateFileRefused) in
            try fill(buffer, from: descriptor, path: path)
        }
        return content.withBytes { bytes in
            SecretBytes(copying: bytes.prefix((bytes.lastIndex { ![10, 13, 32].contains($0) } ?? -1) + 1))
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, path: String
    ) throws(PrivateFileRefused) -> Int {
        var count = 0
        while count < buffer.count {
            let more = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            guard more >= 0 else { throw .unreadable(path: path, isPermission: true) }
            if more == 0 { return count }
            count += more
        }
        throw .tooLong(path: path)
    }
}

/// A file with a secret was not read. The error holds nothing of its content.
public enum PrivateFileRefused: Error, Equatable, CustomStringConvertible {
    /// The group or others may read it.
    case exposed(path: String)
    /// It does not exist, or this user may not read it.
    case unreadable(path: String, isPermission: Bool)
    /// It has 64 KiB or more, which no secret has.
    case tooLong(path: String)

    /// What is wrong, with the command that corrects it where there is one.
    public var description: String {
        switch self {
        case .exposed(let path): "\(path) may be read by others and holds a secret; run: chmod 600 \(path)"
        case .unreadable(let path, _): "cannot read the file \(path)"
        case .tooLong(let path): "the file \(path) is longer than any secret; give the right one"
        }
    }
}
