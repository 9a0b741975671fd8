// SPDX-License-Identifier: Apache-2.0
// The time that a thread has worked. What takes how long is compared by it: on a busy machine the clock on the wall compares nothing.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Time that processors spent.
public enum ThreadTime {
  /// On this thread.
  public static var now: Duration { read(CLOCK_THREAD_CPUTIME_ID) }
  /// On all threads of this process.
  public static var ofProcess: Duration { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
