// SPDX-License-Identifier: Apache-2.0
// Where the arrays of one cell descriptor stand in a private copy. Promise: after `read`, every array lies inside
// the copy, whatever the counts say (theorem "The reader stays inside the file").

/// The arrays of a cell configuration: offsets in bytes from the start of the copy, and counts.
public struct CellLayout<W: Word>: Sendable {
  /// The copy that all this speaks of.
  public let copy: PrivateCopy<W>
  /// 0 x86, 1 ARM, 2 ARM64.
  public let architecture: W
  /// Start of the descriptor.
  public let descriptor: W
  public let flags: W
  /// CPU bitmap: start and length in bytes.
  public let cpus: W
  public let cpuBytes: W
  public let memory: W
  public let memoryCount: W
  public let caches: W
  public let cacheCount: W
  public let chips: W
  public let chipCount: W
  public let ports: W
  public let portCount: W
  public let devices: W
  public let deviceCount: W
  public let capabilities: W
  public let capabilityCount: W
  public let streams: W
  public let streamCount: W
  /// End of the last array; what follows is trailing bytes.
  public let end: W
}

extension Machine {
  /// Reads the descriptor at `descriptor` and lays out its arrays.
  func layout(
    _ copy: PrivateCopy<W>, descriptor: W, architecture: W
  ) throws(Refusal<W>) -> CellLayout<W> {
    let first = descriptor + W(known: CellOffset.length)
    guard first <= copy.size else { throw Refusal(.truncatedHeader, copy.size) }
    func count(_ offset: UInt64) -> W {
      load(copy.holder, size: copy.size, offset: descriptor + W(known: offset), width: 4)
    }
    let flags = count(CellOffset.flags)
    let cpuBytes = count(CellOffset.cpuSetSize)
    guard cpuBytes <= W(known: Limit.cpuSet) else {
      throw Refusal(.cpuSetTooLarge, descriptor + W(known: CellOffset.cpuSetSize))
    }
    let memoryCount = count(CellOffset.memoryCount)
    let cacheCount = count(CellOffset.cacheCount)
    let chipCount = count(CellOffset.chipCount)
    let portCount = count(CellOffset.portCount)
    let deviceCount = count(CellOffset.deviceCount)
    let capabilityCount = count(CellOffset.capabilityCount)
    let streamCount = count(CellOffset.streamCount)
    // Counts are below 2^32 and strides below 2^6: the sums below cannot wrap in 64 bits, though they would in 32.
    let memory = first + cpuBytes
    let caches = memory + memoryCount.times(Stride.memory)
    let chips = caches + cacheCount.times(Stride.cache)
    let ports = chips + chipCount.times(Stride.chip)
    let devices = ports + portCount.times(Stride.port)
    let capabilities = devices + deviceCount.times(Stride.device)
    let streams = capabilities + capabilityCount.times(Stride.capability)
    let end = streams + streamCount.times(Stride.stream)
    guard end <= copy.size else { throw Refusal(.truncatedArrays, end) }
    return CellLayout(
      copy: copy, architecture: architecture, descriptor: descriptor, flags: flags,
      cpus: first, cpuBytes: cpuBytes, memory: memory, memoryCount: memoryCount, caches: caches,
      cacheCount: cacheCount, chips: chips, chipCount: chipCount, ports: ports, portCount: portCount,
      devices: devices, deviceCount: deviceCount, capabilities: capabilities,
      capabilityCount: capabilityCount, streams: streams, streamCount: streamCount, end: end)
  }

  /// A field of element `index` of an array that starts at `start`.
  func field(
    _ layout: CellLayout<W>, _ start: W, _ index: W, _ stride: UInt64, _ offset: UInt64, _ width: UInt64
  ) -> W {
    load(
      layout.copy.holder, size: layout.copy.size,
      offset: start + index.times(stride) + W(known: offset), width: width)
  }
  /// A field of the cell descriptor.
  func descriptorField(_ layout: CellLayout<W>, _ offset: UInt64, _ width: UInt64) -> W {
    load(
      layout.copy.holder, size: layout.copy.size, offset: layout.descriptor + W(known: offset), width: width)
  }
}
