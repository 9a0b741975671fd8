// SPDX-License-Identifier: Apache-2.0
// What an errno means, request by request: what the loader (Kernel/loader) and the core (Reason.errno) return it for.

/// A meaning of an error.
struct Meaning: Sendable {
  var reason: String
  var causes: [String]
  var remedies: [String]
  init(_ reason: String, causes: [String] = [], remedies: [String] = []) {
    self.reason = reason
    self.causes = causes
    self.remedies = remedies
  }
}

/// Errors in words.
enum Meanings {
  /// What error `number` means of a request of this kind.
  static func of(_ kind: Request.Kind, _ number: Int32) -> Meaning {
    guard let name = ErrorName(rawValue: number) else { return unknown(number) }
    let own: Meaning? =
      switch kind {
      case .enable: enable(name)
      case .disable: disable(name)
      case .create: create(name)
      case .load, .shutdown: load(name)
      case .start: start(name)
      case .destroy: destroy(name)
      }
    return own ?? common(name) ?? unknown(number)
  }

  private static func unknown(_ number: Int32) -> Meaning {
    Meaning(
      "an error that the loader has no use for: \(ErrorName.text(number))",
      remedies: ["see the kernel's log (`dmesg`)"])
  }

  private static func common(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EINTR: Meaning("interrupted by a signal", remedies: ["ask again"])
    case .EFAULT: Meaning("the loader could not read what it was given", causes: ["an error of this tool's"])
    case .EIO:
      Meaning(
        "a CPU did not answer the hypervisor in time; nothing was changed",
        causes: ["firmware that holds CPUs for long (SMIs), or a CPU that has stopped for good"],
        remedies: ["ask again", "`ostrog explain` says whether a CPU was stopped"])
    case .ENOTTY:
      Meaning("the device does not know the request", causes: ["another driver's /dev/jailhouse"])
    default: nil
    }
  }

  private static let stoppedCells =
    "a cell that runs and is not passive holds reconfiguration up by its lock (state running/locked)"

  private static func enable(_ name: ErrorName) -> Meaning? {
    switch name {
    case .ENODEV:
      Meaning(
        "this processor cannot carry the hypervisor as it is",
        causes: [
          "no VMX, VMX turned off or not locked on in the firmware's setup, a control or an EPT feature missing, FRED in use, "
            + "or the local APIC moved"
        ], remedies: ["`ostrog hardware check` names what is missing"])
    case .ENOENT:
      Meaning(
        "the hypervisor's image is not there",
        causes: ["neither ostrog.bin nor jailhouse-intel.bin in /lib/firmware"],
        remedies: ["scripts/image.sh FOLDER builds it; install FOLDER/ostrog.bin to /lib/firmware"])
    case .EBUSY:
      Meaning(
        "the hypervisor runs already, or something else uses VMX",
        causes: [
          "an enable before this one", "KVM: from Linux 6.12 on kvm_intel takes VMX when it is loaded",
        ],
        remedies: [
          "`ostrog disable`",
          "unload kvm_intel, or boot with kvm.enable_virt_at_load=0 and run no virtual machine",
        ])
    case .ENOMEM:
      Meaning(
        "the memory does not hold the tables",
        causes: ["hypervisor memory too small for CPUs and tables"],
        remedies: ["enlarge `hypervisor: memory` and memmap=; `verify` calculates what is needed (R16)"])
    case .E2BIG, .ERANGE, .EPERM:
      Meaning(
        "the hypervisor's core refuses the system configuration",
        remedies: ["`verify` names the item"])
    case .EINVAL:
      Meaning(
        "the system configuration does not fit this machine, or is refused by the core",
        causes: [
          "memory that Linux uses (memmap= is missing or another range), CPUs other than those online, an image that is "
            + "damaged or larger than the memory, or a form that the core does not read"
        ],
        remedies: [
          "`ostrog hardware check FILE` compares the file with the machine",
          "`verify FILE` names what the core refuses",
        ])
    case .EACCES: Meaning("only root may", remedies: ["run as root"])
    default: nil
    }
  }

  private static func disable(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EINVAL: Meaning("the hypervisor does not run", remedies: ["nothing is to be done"])
    case .EPERM:
      Meaning(
        "a cell cannot be ended now", causes: ["it refuses to be shut down, or " + stoppedCells],
        remedies: ["`ostrog cell list` shows states; a cell that is passive is not asked"])
    case .EBUSY:
      Meaning(
        "not all of root's CPUs are online, or a cell is left",
        causes: ["each CPU has to leave the hypervisor by itself"],
        remedies: ["bring root's CPUs online: echo 1 > /sys/devices/system/cpu/cpuN/online"])
    default: nil
    }
  }

  private static func create(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EPERM:
      Meaning(
        "no cell can be created now", causes: [stoppedCells, "the hypervisor is in a dry run"],
        remedies: ["shut that cell down", "enable without `dry-run`"])
    case .EEXIST:
      Meaning(
        "a cell of that name is there already", remedies: ["destroy it, or give the new one another name"])
    case .EBUSY:
      Meaning(
        "it wants what somebody else has",
        causes: [
          "CPUs that are not root's now, or that Linux does not give away",
          "memory, ports, lines or functions that the hypervisor or another cell has for itself",
        ], remedies: ["`verify` names both owners and the lines at fault"])
    case .ENOMEM:
      Meaning(
        "there is no room: in the hypervisor's memory for the cell's tables, or in Linux'",
        remedies: ["enlarge `hypervisor: memory`; `verify` calculates what is needed (R16)"])
    case .E2BIG: Meaning("the configuration is longer than 64 KiB", remedies: ["fewer, larger regions"])
    case .ERANGE: Meaning("there are more cells than the hypervisor has room for")
    case .EINVAL:
      Meaning(
        "the hypervisor does not run, or the configuration is refused",
        causes: [
          "the hypervisor is not enabled", "a region lies in memory that Linux uses (memmap=)",
          "CPU 0, which Linux needs", "a form or value that the core does not accept",
        ],
        remedies: ["`ostrog cell list` shows whether it is enabled", "`verify` names what the core refuses"])
    default: nil
    }
  }

  private static func load(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EINVAL:
      Meaning(
        "an image does not lie in one region that may be loaded, or the hypervisor does not run",
        causes: ["each image has to fit into one region with the rights `write` and `loadable`"],
        remedies: ["`ostrog config show FILE` lists the regions; give another address: IMAGE@ADDRESS"])
    case .EPERM:
      Meaning(
        "the cell refuses to be stopped", causes: ["it answers the hypervisor's request with a no"],
        remedies: ["end its program, or make it passive: `communication-region: passive`"])
    case .ENOENT: noCell
    case .EBUSY: Meaning("the region's memory could not be mapped", causes: ["it is no RAM"])
    case .EFAULT: Meaning("an image could not be copied")
    default: nil
    }
  }

  private static func start(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EPERM:
      Meaning("the cell cannot be started now", causes: ["it refuses to be stopped before"])
    case .EINVAL:
      Meaning(
        "the cell is not in a state to start, or is root, or the hypervisor does not run",
        causes: ["a confidential cell starts only after a load"],
        remedies: ["`ostrog cell load` first"])
    case .ENOENT: noCell
    default: nil
    }
  }

  private static func destroy(_ name: ErrorName) -> Meaning? {
    switch name {
    case .EPERM:
      Meaning(
        "the cell refuses to be ended, or " + stoppedCells, remedies: ["shut the other cell down first"])
    case .EINVAL: Meaning("root cannot be destroyed, or the hypervisor does not run")
    case .ENOENT: noCell
    default: nil
    }
  }

  private static var noCell: Meaning {
    Meaning("there is no such cell", remedies: ["`ostrog cell list` lists them"])
  }
}

extension NamedRefusal {
  /// The refusal of a request; nil where it was done.
  init?(_ what: String, _ kind: Request.Kind, _ answer: Answer) {
    switch answer {
    case .done: return nil
    case .refused(let number, let said):
      let meaning = Meanings.of(kind, number)
      // Where the loader has named the cause, ours are guesses.
      self.init(
        what, meaning.reason, code: ErrorName.text(number), causes: said.isEmpty ? meaning.causes : [],
        remedies: meaning.remedies, said: said)
    case .noDevice(let number):
      switch ErrorName(rawValue: number) {
      case .EACCES?, .EPERM?:
        self.init(
          what, "the loader's device may not be opened", code: ErrorName.text(number),
          remedies: ["run as root"])
      default:
        self.init(
          what, "there is no /dev/jailhouse", code: ErrorName.text(number),
          causes: ["the loader's module is not loaded"],
          remedies: ["insmod ostrog.ko (make -C Kernel/loader builds it for the kernel that runs)"])
      }
    }
  }
}
