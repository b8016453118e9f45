internal import DOEControl
internal import DOEObjects
internal import DOEWords
internal import PCIConfig

/// An object that a mailbox does not list among its own, and that was not sent: a device drops it in silence, which
/// holds the mailbox for a second and leaves a taint.
struct UnlistedObject: ExplainedError {
    let object: ObjectID
    let mailbox: String
    /// Whose list it is.
    let list: String

    var problem: String {
        let name = PublishedObjects.name(of: object).map { "\($0) (\(object))" } ?? "\(object)"
        return "\(mailbox) has no \(name) in \(list): nothing was sent"
    }

    var remedy: String? {
        "see what it has: doe-audit discover \(mailbox)\n"
            + "to ask doe-auditd all the same: --force (it sends what is not listed where a rule has ask-device)"
    }

    /// Throws where the mailbox does not have the object. Its own list counts; where the daemon does not let this
    /// user read that, the kernel's, which is of the whole function.
    static func check(
        _ object: ObjectID, on mailbox: String, _ talk: inout MailboxTalk, sysfsRoot: String
    ) throws {
        do {
            guard try !talk.objects().contains(object) else { return }
            throw UnlistedObject(object: object, mailbox: mailbox, list: "its own list of objects")
        } catch let error as NoResponse where error.saysNothingOfTheDevice {
            guard let address = MailboxName(mailbox)?.address,
                let known = try? PCIHost(sysfsRoot: sysfsRoot).function(address).kernelDOEFeatures(),
                !known.contains(object)
            else { return }
            throw UnlistedObject(
                object: object, mailbox: mailbox, list: "the kernel's list of objects (doe_features)")
        }
    }
}
