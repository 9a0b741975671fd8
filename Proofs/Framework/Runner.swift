// SPDX-License-Identifier: Apache-2.0
// Runs theorems on several threads. Each theorem makes its own contexts, so threads share nothing.

import Symbolic
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs theorems side by side.
public struct Runner: Sendable {
  /// Number of threads.
  public var threads = 2
  /// How to ask.
  public var options = Report.Options()
  /// Milliseconds that theorems took before, by name: decides what begins first, and nothing else.
  public var known: [String: Double] = [:]
  /// Called before each theorem with its name, by one thread at a time.
  public var beginning: @Sendable (String) -> Void = { _ in }
  /// Called after each theorem, by one thread at a time.
  public var progress: @Sendable (Report) -> Void = { _ in }

  /// The usual runner.
  public init() {}

  /// How long processors have worked for this program: other than the time on the wall, the same on a busy machine.
  public static var processorSeconds: Double { ThreadTime.ofProcess / .seconds(1) }

  /// Runs all, those that take longest first, so that the threads end together; the reports come in the order of the
  /// theorems.
  public func run(_ theorems: [any Theorem]) -> [Report] {
    let work = Mutex((next: 0, reports: [Report?](repeating: nil, count: theorems.count)))
    let (options, beginning, progress) = (options, beginning, progress)
    let order = Order.longestFirst(theorems.map(\.name), known: known)
    let worker: @Sendable () -> Void = {
      while true {
        let next: Int? = work.withLock { state in
          guard state.next < order.count else { return nil }
          defer { state.next += 1 }
          beginning(theorems[order[state.next]].name)
          return order[state.next]
        }
        guard let index = next else { return }
        var report = Report(theorem: theorems[index].name, options: options)
        let start = ThreadTime.now
        theorems[index].run(into: &report)
        report.elapsed = (ThreadTime.now - start) / .milliseconds(1)
        let done = report
        work.withLock { state in
          state.reports[index] = done
          progress(done)
        }
      }
    }
    // The caller is one of the threads, so the theorems run even if no other can be made.
    let helpers = (1..<max(1, min(threads, theorems.count))).compactMap { _ in Worker(worker) }
    worker()
    helpers.forEach { $0.join() }
    return work.withLock { state in state.reports.compactMap { $0 } }
  }
}

/// A thread with a stack that is deep enough for Z3's recursion.
private final class Worker: @unchecked Sendable {
  private var thread = pthread_t()
  private let body: @Sendable () -> Void

  init?(_ body: @escaping @Sendable () -> Void) {
    self.body = body
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 64 << 20)
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, &attributes,
      { raw in
        if let raw { Unmanaged<Worker>.fromOpaque(raw).takeRetainedValue().body() }
        return nil
      }, context.toOpaque())
    if status != 0 {
      context.release()
      return nil
    }
  }

  func join() { pthread_join(thread, nil) }
}
