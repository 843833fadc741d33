import Foundation
import Testing

@testable import Revalidation

/// Parts of sentences that several subjects share.
struct WordingTests {
    @Test(
        "A length of time is in minutes, hours, and from three days on in days",
        arguments: [
            (600, "10 min"), (3600, "1 h"), (86_400, "24 h"), (2 * 86_400, "48 h"), (3 * 86_400, "3 days"),
            (35 * 86_400, "35 days"), (90 * 3600, "90 h"),
        ] as [(TimeInterval, String)])
    func span(seconds: TimeInterval, words: String) { #expect(Wording.span(seconds) == words) }

    @Test(
        "A number agrees with its noun", arguments: [(0, "0 keys"), (1, "1 key"), (2, "2 keys")] as [(Int, String)])
    func count(number: Int, words: String) { #expect(Wording.count(number, "key") == words) }

    @Test(
        "An ordinal number has its ending",
        arguments: [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (22, "22nd")]
            as [(Int, String)])
    func ordinal(number: Int, words: String) { #expect(Wording.ordinal(number) == words) }

    @Test(
        "What an operator should look at agrees in number",
        arguments: [
            (.overdue(keys: 1, days: 7), "1 key had no conclusive check for 7 days"),
            (.overdue(keys: 2, days: 1), "2 keys had no conclusive check for 1 day"),
            (.foreignKeys(1), "1 key is sealed with a master key that is not in this ring"),
            (.foreignKeys(3), "3 keys are sealed with a master key that is not in this ring"),
            (.unaddressedTenants(1), "1 tenant with notices has no mail address"),
            (.unaddressedTenants(2), "2 tenants with notices have no mail address"),
            (.unusableAddresses(2), "2 addresses of tenants with notices are no mail addresses; correct them"),
            (.failedMails(1), "1 mail of the last 24 hours failed"),
            (.uncomposedMails(1), "mail for 1 tenant could not be composed"),
        ] as [(Attention, String)])
    func attention(fact: Attention, words: String) { #expect(fact.sentence.text == words) }
}
