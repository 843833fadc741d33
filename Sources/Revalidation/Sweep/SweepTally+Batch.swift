internal import Judgement

extension SweepTally {
    /// Keeps what later steps need of a dry run's batch, which is not stored.
    mutating func keepUnstored(_ batch: Batch) {
        add(batch.counts(without: []))
        canaries += batch.controls.filter { $0.kind == .canary }
        for result in batch.results where result.speaksForOthers {
            answers[result.scope, default: []].append(result.observation.finding)
        }
    }
}
