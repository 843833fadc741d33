package import Curl
package import Database

extension StopSignal {
    /// Runs `body`; where the wish is there or comes, its exchanges on this client have a second left, and the client takes
    /// no more.
    package func ending<Value>(_ client: HTTPClient, _ body: () async -> Value) async -> Value {
        let watch = Task { [self] in
            while !isRaised {
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
            }
            client.stop(grace: .seconds(1))
        }
        defer { watch.cancel() }
        return await body()
    }
}
