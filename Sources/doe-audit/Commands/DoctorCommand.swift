internal import ArgumentParser
internal import DOEControl
internal import DOELinux
internal import DOEWords

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "What the witness sees of each way to a mailbox, and what can be done.",
        discussion: """
            Each way is seen, partly seen, closed by this kernel, or not visible. Below stands each door to what \
            compliance mode does that is not a mailbox: open, closed, or unknown as mostly without root. What of this \
            host bears on that is looked up without the daemon too. The exit status is 1 where the witness is blind or \
            has lost events, or the kernel log does not take a line, or the journal lies in memory, or something is or \
            was wrong with the taint ledger, and 3 where the daemon could not be asked.
            """)

    @OptionGroup var control: ControlOptions

    @Option(help: ArgumentHelp("Where sysfs is mounted.", valueName: "DIR"))
    var sysfsRoot = "/sys"

    func run() throws {
        let answer = Self.answer(of: control.client)
        let lockdown = KernelLockdown.current()
        let checkup = Checkup(
            Checkup.Facts(
                release: RunningKernel.release, lockdown: lockdown, taint: Self.kernelTaint(),
                kernelLog: Self.kernelLog(), doors: .current(lockdown: lockdown, sysfs: sysfsRoot),
                isRoot: AccountDatabase.effectiveUserID == 0, daemon: answer))
        if control.json {
            try Terminal.say(json: checkup)
        } else {
            Terminal.say(CheckupText(checkup: checkup).text)
        }
        if case .failure(let error) = answer { throw error }
        if !checkup.wrong.isEmpty { throw DoneAs.no }
    }

    private static func answer(
        of client: ControlClient
    ) -> Result<(status: DaemonStatus, sight: SightEntry.Answer), ControlError> {
        do throws(ControlError) {
            return .success((try client.status(), try client.sight()))
        } catch {
            return .failure(error)
        }
    }

    private static func kernelLog() -> KernelLogFinding.Facts {
        var problem: LinuxError?
        do throws(LinuxError) { _ = try KernelLogDevice.open() } catch { problem = error }
        return KernelLogFinding.Facts(setting: KernelLogSwitch().setting, problem: problem)
    }

    private static func kernelTaint() -> Result<KernelTaintFlags, LinuxError> {
        do throws(LinuxError) {
            return .success(try KernelTaintFlags.current())
        } catch {
            return .failure(error)
        }
    }
}
