import DOEWords
import Testing

@testable import DOEPolicy

@Suite struct GatekeeperTests {
    @Test(arguments: Mode.allCases, Enforcement.allCases)
    func `of all objects the gate holds the compliance objects, and only these`(
        mode: Mode, enforcement: Enforcement
    ) throws {
        // All that rules can do to open it.
        let judge = Judge(
            try policy(
                """
                object 1e98:* published "opened" kernel 6.0..
                object * vendor "anybody's"
                object abcd:07 compliance "ours"
                allow object={1e98:00,1e98:*} class=*
                allow
                """), enforcement: enforcement)
        let asking = client(uid: .known(0))
        var refused: [ObjectID] = []
        for object in ObjectsToTry.all {
            let asked = Inquiry(road: .proxy, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
            let decision = judge.decide(asked)
            switch (decision.verdict, decision.reason) {
            case (.deny, .gatekeeper): refused.append(object)
            case (.allow, .rule): break
            default: Issue.record("\(object): \(decision.sentence)")
            }
        }
        #expect(refused.map(\.description) == ["1e98:00", "abcd:07"])
    }

    @Test(arguments: Mode.allCases)
    func `of all objects that rules refuse permissive passes all but the compliance objects`(mode: Mode) throws {
        let judge = Judge(
            try policy("object abcd:07 compliance \"ours\"\ndeny object=0001:*\n"), enforcement: .permissive)
        let asking = client(uid: .known(0))
        var refused: [ObjectID] = []
        for object in ObjectsToTry.all {
            let asked = Inquiry(road: .proxy, mailbox: cxlMailbox, client: asking, mode: mode, object: object)
            let decision = judge.decide(asked)
            switch (decision.verdict, decision.would) {
            case (.deny, nil): refused.append(object)
            case (.warn, .deny?) where decision.taint.contains(.permissive): break
            default: Issue.record("\(object): \(decision.sentence)")
            }
        }
        #expect(refused.map(\.description) == ["1e98:00", "abcd:07"])
    }
}
