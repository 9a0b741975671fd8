// SPDX-License-Identifier: Apache-2.0
// Reads the files that a user names, of both forms, and brings cell files together with their machines.

/// The files that could be read, and what is wrong with the others.
public struct Loaded: Sendable {
  /// In the order of the paths; machine files that were found beside a cell file follow at the end.
  public var files: [LoadedFile]
  /// Errors, of files that cannot be used. Warnings stand in the files themselves.
  public var problems: [Diagnostic]
}

/// Reads configuration files.
public struct Loader {
  /// A text file before compilation.
  private struct Text {
    var path: String
    var bytes: [UInt8]
    var entries: [TextEntry]
    var position: TextPosition
    var problems: Problems
    var isCell: Bool { entries.contains { $0.key == "cell" } }
    var machineName: String? { entries.first { $0.key == "machine" }?.value.scalar }
  }
  private enum Source {
    case binary(String, [UInt8])
    case text(Text)
  }

  private var contexts: [String: MachineContext] = [:]
  /// Machines whose own file is wrong: their cells are not blamed a second time.
  private var brokenMachines: Set<String> = []
  private var problems: [Diagnostic] = []
  private var extra: [LoadedFile] = []

  /// Reads all of `paths`. A cell file in text form finds its machine among them by name, else in the file
  /// `NAME.cell` next to it, which is then loaded too.
  public static func load(paths: [String]) -> Loaded {
    var loader = Loader()
    return loader.run(paths)
  }

  /// Reads one configuration from `bytes` as if it stood at `path`; no other file is looked at.
  public static func load(bytes: [UInt8], path: String) -> Loaded {
    var loader = Loader()
    return loader.run([loader.source(path, bytes)].compactMap { $0 }, mayLookBeside: false)
  }

  private mutating func run(_ paths: [String]) -> Loaded {
    var sources: [Source] = []
    var seen: Set<String> = []
    for path in paths where seen.insert(path).inserted {
      do throws(Diagnostic) {
        if let source = source(path, try FileBytes.read(path)) { sources.append(source) }
      } catch { problems.append(error) }
    }
    return run(sources, mayLookBeside: true)
  }

  private mutating func run(_ sources: [Source], mayLookBeside: Bool) -> Loaded {
    var compiled: [Int: LoadedFile] = [:]
    for (index, source) in sources.enumerated() {
      if case .text(let text) = source, !text.isCell { compiled[index] = machine(text) }
    }
    if mayLookBeside { findMachines(sources) }
    let architectures = Set(compiled.values.map(\.configuration.architecture))
    for (index, source) in sources.enumerated() {
      switch source {
      case .binary(let path, let bytes):
        compiled[index] = binary(path, bytes, hint: architectures.count == 1 ? architectures.first : nil)
      case .text(let text) where text.isCell: compiled[index] = cell(text)
      case .text: break
      }
    }
    return Loaded(files: sources.indices.compactMap { compiled[$0] } + extra, problems: problems)
  }

  /// Tells the forms apart and parses text; nil, with a problem, where that fails.
  private mutating func source(_ path: String, _ bytes: [UInt8]) -> Source? {
    if looksBinary(bytes) { return .binary(path, bytes) }
    func refuse(_ message: String, _ remedy: String, offset: Int) {
      problems.append(
        Diagnostic(
          code: TextCode.syntax.rawValue, message: message, remedy: remedy,
          place: Place(file: path, offset: offset)))
    }
    guard bytes.count <= TextGuard.maximumBytes else {
      refuse(
        "is larger than \(Sizes.text(UInt64(TextGuard.maximumBytes)))", "no text form is: check the path",
        offset: 0)
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let offset = firstInvalidByte(bytes)
      let signature = "it has no signature of the binary form either"
      refuse("byte \(offset) is no UTF-8; \(signature)", "save the file as UTF-8", offset: offset)
      return nil
    }
    let syntax = Problems(path: path, text: text)
    defer { problems += syntax.diagnostics }
    guard let root = YAMLReader.read(text, problems: syntax) else { return nil }
    guard case .map(let entries) = root.value else {
      syntax.error(
        .wrongKind, "the file must be a mapping, not \(root.kind)",
        remedy: "start it with `machine: NAME` or `cell: NAME`", at: root.position)
      return nil
    }
    let kinds = ["machine", "cell"]
    guard entries.contains(where: { kinds.contains($0.key) }) else {
      syntax.error(
        .missing, "the file says neither `machine` nor `cell`",
        remedy: "start a machine file with `machine: NAME`, a cell file with `cell: NAME`", at: root.position)
      return nil
    }
    return .text(
      Text(
        path: path, bytes: bytes, entries: entries, position: root.position,
        problems: Problems(path: path, text: text)))
  }

  /// The offset of the first byte that is no part of a well-formed letter.
  private func firstInvalidByte(_ bytes: [UInt8]) -> Int {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let letter): offset += letter.count
      case .error, .emptyInput: return offset
      }
    }
  }

  /// Looks for the machines that cell files name and nobody has given.
  private mutating func findMachines(_ sources: [Source]) {
    for case .text(let text) in sources where text.isCell {
      guard let name = text.machineName, contexts[name] == nil, !brokenMachines.contains(name),
        name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") })
      else { continue }
      let folder = text.path.lastIndex(of: "/").map { String(text.path[...$0]) } ?? ""
      let path = folder + name + ".cell"
      guard FileBytes.exists(path), let bytes = try? FileBytes.read(path) else { continue }
      guard case .text(let found)? = source(path, bytes), !found.isCell, found.machineName == name else {
        continue
      }
      if let file = machine(found) { extra.append(file) }
    }
  }

  private mutating func machine(_ text: Text) -> LoadedFile? {
    let file = MachineReader.read(text.entries, at: text.position, text.problems)
    let plan = MachinePlan(file)
    let compiled = MachineCompiler.compile(file, plan)
    if contexts[file.name] != nil || brokenMachines.contains(file.name) {
      text.problems.error(
        .ambiguous, "machine `\(file.name)` is described by two files", remedy: "give one of them",
        at: text.position)
    }
    if text.problems.hasErrors {
      problems += text.problems.diagnostics
      brokenMachines.insert(file.name)
      return nil
    }
    contexts[file.name] = MachineContext(file, plan, compiled.inventory, path: text.path)
    return loaded(text, compiled, machineName: file.name)
  }

  private mutating func cell(_ text: Text) -> LoadedFile? {
    var context: MachineContext?
    if let entry = text.entries.first(where: { $0.key == "machine" }), let name = entry.value.scalar {
      context = contexts[name]
      if context == nil {
        let broken = brokenMachines.contains(name)
        text.problems.error(
          .noMachine,
          broken
            ? "the file of machine `\(name.prefix(60))` has errors"
            : "machine `\(name.prefix(60))` is not known",
          remedy: broken
            ? "correct that file first"
            : nearest(to: name, in: contexts.keys.sorted()).map { "did you mean `\($0)`?" }
              ?? "give its file too, or put it next to this one as \(name.prefix(60)).cell",
          at: entry.value.position)
        problems += text.problems.diagnostics
        return nil
      }
    }
    let compiled = CellCompiler.compile(text.entries, at: text.position, context: context, text.problems)
    if text.problems.hasErrors {
      problems += text.problems.diagnostics
      return nil
    }
    return loaded(text, compiled, machineName: context?.machine.name)
  }

  private func loaded(_ text: Text, _ compiled: Compiled, machineName: String?) -> LoadedFile {
    LoadedFile(
      path: text.path, isText: true, revision: BinaryRevision.current, configuration: compiled.configuration,
      binary: BinaryWriter.write(compiled.configuration), source: text.bytes, machineName: machineName,
      inventory: compiled.inventory, places: compiled.places.mapValues { text.problems.place($0) },
      names: compiled.names, warnings: text.problems.warnings)
  }

  private mutating func binary(_ path: String, _ bytes: [UInt8], hint: Architecture?) -> LoadedFile? {
    do throws(Diagnostic) {
      let decoded = try BinaryDecoder.decode(bytes, path: path, hint: hint)
      return LoadedFile(
        path: path, isText: false, revision: decoded.revision, configuration: decoded.configuration,
        binary: bytes, source: bytes, places: decoded.places, warnings: decoded.warnings)
    } catch {
      problems.append(error)
      return nil
    }
  }
}
