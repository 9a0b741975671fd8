// SPDX-License-Identifier: Apache-2.0
// Where the arrays of one cell descriptor stand in a private copy. Promise: after `read`, every array lies inside
// the copy, whatever the counts say (theorem "The reader stays inside the file").

/// The arrays of a cell configuration: offsets in bytes from the start of the copy, and counts.
public struct CellLayout<W: Word>: LoopState {
  /// The copy that all this speaks of.
  public let copy: PrivateCopy<W>
  /// 0 x86, 1 ARM, 2 ARM64.
  public let architecture: W
  /// Start of the descriptor.
  public let descriptor: W
  public let flags: W
  /// The CPU bitmap's bytes.
  public let cpus: Elements<W>
  public let memory: Elements<W>
  public let caches: Elements<W>
  public let chips: Elements<W>
  public let ports: Elements<W>
  public let devices: Elements<W>
  public let capabilities: Elements<W>
  public let streams: Elements<W>
  /// End of the last array; what follows is trailing bytes.
  public let end: W

  public func map(_ transform: (W) -> W) -> CellLayout<W> {
    CellLayout(
      copy: copy, architecture: transform(architecture), descriptor: transform(descriptor),
      flags: transform(flags), cpus: cpus.map(transform), memory: memory.map(transform),
      caches: caches.map(transform), chips: chips.map(transform), ports: ports.map(transform),
      devices: devices.map(transform), capabilities: capabilities.map(transform),
      streams: streams.map(transform), end: transform(end))
  }

  /// Any layout of a copy: the shape of a result, with nothing in it.
  public init(shapeOf copy: PrivateCopy<W>) {
    func none(_ stride: UInt64) -> Elements<W> {
      Elements(holder: copy.holder, size: copy.size, start: 0, count: 0, stride: stride)
    }
    self.init(
      copy: copy, architecture: 0, descriptor: 0, flags: 0, cpus: none(1), memory: none(Stride.memory),
      caches: none(Stride.cache), chips: none(Stride.chip), ports: none(Stride.port),
      devices: none(Stride.device), capabilities: none(Stride.capability), streams: none(Stride.stream),
      end: 0)
  }

  /// Every array lies inside the copy, and no count can make a sum wrap.
  public func isInside() -> W.Condition {
    func lies(_ array: Elements<W>) -> W.Condition {
      let end = array.start &+ array.count.times(array.stride)
      return (array.size .== copy.size) .& (array.start .<= end) .& (end .<= copy.size)
        .& (array.count .<= copy.size)
    }
    return (copy.size .<= W(known: Limit.systemConfig)) .& lies(cpus) .& lies(memory) .& lies(caches)
      .& lies(chips) .& lies(ports) .& lies(devices) .& lies(capabilities) .& lies(streams)
      .& (cpus.count .<= W(known: Limit.cpuSet)) .& (cpus.count .!= 0)
      .& (descriptor .<= W(known: SystemOffset.root)) .& (architecture .<= 2)
      .& ((descriptor &+ W(known: CellOffset.length)) .<= copy.size)
  }

  init(
    copy: PrivateCopy<W>, architecture: W, descriptor: W, flags: W, cpus: Elements<W>, memory: Elements<W>,
    caches: Elements<W>, chips: Elements<W>, ports: Elements<W>, devices: Elements<W>,
    capabilities: Elements<W>, streams: Elements<W>, end: W
  ) {
    self.copy = copy
    self.architecture = architecture
    self.descriptor = descriptor
    self.flags = flags
    self.cpus = cpus
    self.memory = memory
    self.caches = caches
    self.chips = chips
    self.ports = ports
    self.devices = devices
    self.capabilities = capabilities
    self.streams = streams
    self.end = end
  }
}

extension Machine {
  /// Reads the descriptor at `descriptor` and lays out its arrays.
  func layout(
    _ copy: PrivateCopy<W>, descriptor: W, architecture: W
  ) throws(Refusal<W>) -> CellLayout<W> {
    guard copy.size <= W(known: Limit.systemConfig) else { throw Refusal(.tooLarge, copy.size) }
    let first = descriptor + W(known: CellOffset.length)
    guard first <= copy.size else { throw Refusal(.truncatedHeader, copy.size) }
    func word(_ offset: UInt64) -> W {
      load(copy.holder, size: copy.size, offset: descriptor + W(known: offset), width: 4)
    }
    let cpuBytes = word(CellOffset.cpuSetSize)
    guard cpuBytes <= W(known: Limit.cpuSet) else {
      throw Refusal(.cpuSetTooLarge, descriptor + W(known: CellOffset.cpuSetSize))
    }
    let cpus = try array(copy, first, cpuBytes, 1)
    let memory = try array(copy, cpus.end, word(CellOffset.memoryCount), Stride.memory)
    let caches = try array(copy, memory.end, word(CellOffset.cacheCount), Stride.cache)
    let chips = try array(copy, caches.end, word(CellOffset.chipCount), Stride.chip)
    let ports = try array(copy, chips.end, word(CellOffset.portCount), Stride.port)
    let devices = try array(copy, ports.end, word(CellOffset.deviceCount), Stride.device)
    let capabilities = try array(
      copy, devices.end, word(CellOffset.capabilityCount), Stride.capability)
    let streams = try array(copy, capabilities.end, word(CellOffset.streamCount), Stride.stream)
    return CellLayout(
      copy: copy, architecture: architecture, descriptor: descriptor, flags: word(CellOffset.flags),
      cpus: cpus.elements, memory: memory.elements, caches: caches.elements, chips: chips.elements,
      ports: ports.elements, devices: devices.elements, capabilities: capabilities.elements,
      streams: streams.elements, end: streams.end)
  }

  /// The array of `count` elements that starts at `start`, and where it ends. `count` comes from a 32-bit field and
  /// `start` lies inside the copy, so the end cannot wrap in 64 bits, though it would in 32.
  private func array(
    _ copy: PrivateCopy<W>, _ start: W, _ count: W, _ stride: UInt64
  ) throws(Refusal<W>) -> (elements: Elements<W>, end: W) {
    guard count <= copy.size else { throw Refusal(.truncatedArrays, start) }
    let end = start + count.times(stride)
    guard end <= copy.size else { throw Refusal(.truncatedArrays, end) }
    return (elements(copy.holder, size: copy.size, start: start, count: count, stride: stride), end)
  }

  /// A field of the cell descriptor.
  func descriptorField(_ layout: CellLayout<W>, _ offset: UInt64, _ width: UInt64) -> W {
    load(
      layout.copy.holder, size: layout.copy.size, offset: layout.descriptor + W(known: offset), width: width)
  }

  /// Where a cell's CPUs begin, guest-physical, as its configuration says.
  func resetAddress(_ layout: CellLayout<W>) -> W { descriptorField(layout, CellOffset.resetAddress, 8) }
  /// How often its answer to a message is looked for.
  func replyTimeout(_ layout: CellLayout<W>) -> W { descriptorField(layout, CellOffset.replyTimeout, 8) }
  /// Keeps the console that a cell's configuration names.
  func keepConsole(_ layout: CellLayout<W>, of cell: W) {
    let place = cell << 2
    write(.cellConsole, place, descriptorField(layout, CellOffset.console, 8))
    write(.cellConsole, place &+ 1, descriptorField(layout, CellOffset.console &+ 8, 8))
    write(.cellConsole, place &+ 2, descriptorField(layout, CellOffset.console &+ 16, 8))
    write(.cellConsole, place &+ 3, descriptorField(layout, CellOffset.console &+ 24, 8))
  }
}
