package import Curl
package import Database

extension StopSignal {
    /// Runs `body`. Once a stop is requested, the exchanges of this client get one more second, and the client
    /// accepts no further requests.
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
