// SPDX-License-Identifier: Apache-2.0
// The core's reasons in words.

import Core

extension Reason {
  /// Why the core refused, as the end of a sentence.
  var words: String {
    switch self {
    case .truncatedHeader, .truncatedArrays: "the configuration ends before its arrays do"
    case .badSignature: "the signature is not that of a configuration"
    case .badRevision: "the revision is none that the core reads"
    case .badArchitecture: "the architecture is unknown or not the machine's"
    case .nameEmpty: "the cell has no name"
    case .nameUnterminated: "the name is not terminated"
    case .nameExists: "another cell has the name"
    case .cpuSetTooLarge: "the CPU set is longer than 4096 bytes"
    case .cpuSetEmpty: "the CPU set is empty"
    case .unknownFlags, .regionUnknownFlags: "a flag is set that means nothing"
    case .unknownType, .deviceType: "a type is unknown"
    case .regionWraps: "a region wraps around"
    case .regionBeyondPhysical: "a region lies beyond 2^52"
    case .regionMisaligned: "a region starts at different offsets in its pages"
    case .communicationSize: "the communication region is not exactly one page"
    case .communicationTwice: "there is more than one communication region"
    case .communicationDMA: "the communication region is open to DMA"
    case .rootNotIdentity: "a root region is not mapped one to one"
    case .hypervisorMemory: "the hypervisor's memory is not usable"
    case .cpuNotRoots: "it wants a CPU that does not run root"
    case .cpuBeyondMachine: "it names a CPU beyond those that the hypervisor has room for"
    case .bootCPU: "it wants CPU 0"
    case .callerInSet: "it wants the CPU that asks"
    case .callerNotRoot: "no CPU is left that could ask"
    case .portRange: "a port range runs past 0xffff"
    case .cacheRange: "a cache region is empty or leaves the mask"
    case .cacheNotRoots: "a cache region has bits that root does not have"
    case .cacheType: "a cache region has an unsupported type"
    case .cacheTwice: "there is more than one cache region"
    case .pinBase: "an interrupt chip's pin base is not possible"
    case .chipAddress: "an interrupt chip's address is not below 2^48"
    case .chipNotRoots: "it names an interrupt chip that root does not list by that address"
    case .capabilityRange: "capabilities lie outside their array"
    case .shmemRange: "a link's sections do not exist"
    case .msixTable: "an MSI-X table does not fit"
    case .iommuRange: "an IOMMU unit's registers lie beyond 2^52"
    case .conflict: "it claims what somebody else has"
    case .channelPartlyUsed: "only a part of a region that it shares is in use already"
    case .guestConflict: "two regions claim one guest-physical address for different memory"
    case .tooManyClaims: "there are more claims than the ledger has room for"
    case .poolTooSmall: "the hypervisor's memory does not hold the tables"
    case .writeWithoutRead: "a region may be written and not read, which page tables cannot say"
    case .executeWithoutRead: "a region may be executed and not read, which few processors can do"
    case .ledgerUnsorted: "the ledger could not be ordered"
    case .tooLarge: "the configuration is too large (64 KiB for a cell)"
    default: "the request does not fit the state of the machine"
    }
  }
}
