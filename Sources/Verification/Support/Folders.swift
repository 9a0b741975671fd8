// SPDX-License-Identifier: Apache-2.0
// Folders, and what stands at a path.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes a folder and those that it lies in; true where it is there afterwards.
public func makeFolder(_ path: String) -> Bool {
  var information = stat()
  if stat(path, &information) == 0 { return information.st_mode & S_IFMT == S_IFDIR }
  let parts = path.split(separator: "/")
  if parts.count > 1 {
    let parent = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    guard makeFolder(parent) else { return false }
  }
  return mkdir(path, 0o755) == 0 || (stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR)
}

/// True where a file stands at `path`: no folder, no pipe, no device.
func isRegularFile(_ path: String) -> Bool {
  var information = stat()
  return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG
}
