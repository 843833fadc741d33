import Foundation

extension Program {
    /// Waits until a check stops itself after its probe, searches its memory for the key, and lets it end. Needs root.
    ///
    /// Up to three tries: the dynamic linker saves vector registers on the stack when a function is first called, and a
    /// part of the key may be in one, about once in a hundred runs. A real copy is found each time.
    static func checking(
        _ secret: String, _ start: () throws -> Program
    ) async throws -> (isForgotten: Bool, finished: Finished) {
        var result: (isForgotten: Bool, finished: Finished)
        var tries = 0
        repeat {
            let program = try start()
            guard await program.waitUntilStopped() else { throw SetupFailure(await program.finish()) }
            let isForgotten = try geteuid() != 0 || !program.remembers(secret)
            program.signal(SIGCONT)
            result = (isForgotten, await program.finish())
            tries += 1
        } while !result.isForgotten && tries < 3
        return result
    }

    /// Waits until the program has stopped itself; false if it ended, or did not stop within a minute.
    func waitUntilStopped() async -> Bool {
        for _ in 0..<600 where !isOver {
            let stat = (try? String(contentsOfFile: "/proc/\(processIdentifier)/stat", encoding: .utf8)) ?? ""
            if stat.split(separator: ")").last?.hasPrefix(" T") == true { return true }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return false
    }

    /// Whether the program's writable memory has fifteen consecutive bytes of the secret, beyond the eight that may
    /// be shown. Needs root, because the program is not dumpable.
    func remembers(_ secret: String) throws -> Bool {
        let bytes = Array(secret.utf8.dropFirst(8))
        let pieces = stride(from: 0, through: bytes.count - 8, by: 8).map { Data(bytes[$0..<$0 + 8]) }
        let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(processIdentifier)/mem"))
        defer { try? memory.close() }
        let maps = try String(contentsOfFile: "/proc/\(processIdentifier)/maps", encoding: .utf8)
        return maps.split(separator: "\n").contains { line in
            guard let region = Self.writable(line), (try? memory.seek(toOffset: region.lowerBound)) != nil,
                let content = try? memory.read(upToCount: region.count)
            else { return false }
            return pieces.contains { content.range(of: $0) != nil }
        }
    }

    /// The address range of a writable region, from a line such as `7f0000000000-7f0000001000 rw-p …`.
    private static func writable(_ line: Substring) -> Range<UInt64>? {
        let words = line.split(separator: " ", maxSplits: 2)
        let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        return words[1].hasPrefix("rw") && ends.count == 2 ? ends[0]..<ends[1] : nil
    }
}
