import Foundation
import Testing

@testable import KeyVigil

/// The embedded catalogue and the folder from which it is generated.
struct ProvidersEmbeddedTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources/KeyVigil/Providers/Catalogue").standardizedFileURL

    private static let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []

    @Test("Each file of the folder is listed under its provider's id, and nothing else is")
    func listed() throws {
        #expect(Self.files.sorted() == EmbeddedCatalogue.texts.keys.map { "\($0).yaml" }.sorted())
    }

    @Test("The embedded text of an id is the content of its file", arguments: EmbeddedCatalogue.texts.keys.sorted())
    func text(id: String) throws {
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(id).yaml"))
        #expect(EmbeddedCatalogue.texts[id] == Array(file))
    }

    @Test("The list of planned providers is that of the files with `planned`")
    func planned() throws {
        let common = try EmbeddedCatalogue.commonRules()
        let planned = try EmbeddedCatalogue.texts.keys.filter {
            try EmbeddedCatalogue.reader(of: $0, common: common).isPlanned()
        }
        #expect(Set(planned) == EmbeddedCatalogue.plannedIDs)
        #expect(try Set(Catalogue().planned.map(\.id)) == EmbeddedCatalogue.plannedIDs)
    }

    @Test("Every listed provider that is not planned is live")
    func live() throws {
        let catalogue = try Catalogue()
        #expect(Set(catalogue.ids) == Set(EmbeddedCatalogue.texts.keys).subtracting(EmbeddedCatalogue.plannedIDs))
        #expect(catalogue.providers.map(\.id) == catalogue.ids)
    }

    @Test("A problem of an embedded provider names its file")
    func place() throws {
        var provider = try Known.provider("openai")
        provider.classifier = Classifier(own: provider.rules, common: [], fields: AnswerFields())
        let problem = try #require(provider.unprovedRules(by: []).first)
        #expect(problem.file == "Catalogue/openai.yaml")
        #expect(problem.line > 0)
        #expect(problem.entry == "openai")
    }
}
