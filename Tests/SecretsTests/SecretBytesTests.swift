import Foundation
import Secrets
import Testing

struct SecretBytesTests {
    @Test("Base64 after a prefix is what Foundation makes of it", arguments: ["", "k", "ke", "key", "hunter2-hunter2"])
    func base64(key: String) {
        let encoded = SecretBytes(copying: key.utf8).base64(after: "api:")
        let text = encoded.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == Data("api:\(key)".utf8).base64EncodedString())
        #expect("\(encoded)" == "(secret)")
    }
}
