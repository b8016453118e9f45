internal import DOEObjects
package import DOEWords

extension Judge {
    /// Refuses what is no object at all: it is never sent, whatever rules say. The problem is one sentence without a
    /// full stop; the object's id stands where there were bytes enough for one.
    package func refuse(malformed problem: String, object: ObjectID?) -> Judgement {
        // Whoever asks for a compliance object has attempted it, in whatever shape.
        if let object, case let (objectClass, name) = policy.classify(object), objectClass == .compliance {
            let why = "\(object) is a compliance object, and malformed: \(problem)"
            return refuse(object, .compliance, name, because: why, tainting: [.malformed, .complianceAttempted])
        }
        return refuse(object, .malformed, "malformed request", because: "malformed: \(problem)", tainting: .malformed)
    }

    private func refuse(
        _ object: ObjectID?, _ objectClass: ObjectClass, _ name: String, because why: String,
        tainting letters: TaintLetters
    ) -> Judgement {
        let decision = Decision(
            verdict: .deny, object: object, objectClass: objectClass, objectName: name, reason: .gatekeeper(why),
            taint: letters, policy: policy.identity)
        return Judgement(decision: decision, permit: nil)
    }

    /// Who finds the request malformed, and why: what is published of its object, or what the object line states;
    /// `nil` where it may be one, and where only the object's id is known.
    func misshape(of inquiry: Inquiry, as object: ObjectID) -> Decision.Reason? {
        let dwordCount: Int
        do throws(ObjectError) {
            if let request = inquiry.request {
                dwordCount = request.dwordCount
                try request.checkRequestShape()
            } else if let recorded = inquiry.recordedDwords {
                dwordCount = recorded
                try ObjectLengths.check(dwordCount, of: object)
            } else {
                return nil
            }
        } catch {
            return .gatekeeper("malformed: \(error.problem)")
        }
        guard let stated = policy.catalog.statedLengths(of: object), !stated.lengths.lengths.contains(dwordCount)
        else { return nil }
        let words = ObjectLengths.words(stated.lengths.lengths)
        let error = ObjectError(offset: 4, expected: "a length of \(words) dwords", found: "\(dwordCount)")
        return .objectLine("malformed: \(error.problem)", stated.line)
    }
}
