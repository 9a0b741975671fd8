// SPDX-License-Identifier: Apache-2.0
// `verify --explain CODE`

import Verification

/// Explains rules.
enum ExplainMode {
  /// Returns the exit status.
  static func run(_ code: String, _ format: OutputFormat) -> Int32 {
    if code.lowercased() == "all" {
      if format == .markdown {
        Output.print(Catalogue.markdown)
      } else {
        Output.print(Catalogue.codes.compactMap { Catalogue.explain($0) }.joined(separator: "\n"))
      }
      return 0
    }
    guard let text = Catalogue.explain(code) else {
      Output.complain("there is no code \(code); known are \(Catalogue.codes.joined(separator: ", "))")
      return 2
    }
    Output.print(text)
    return 0
  }
}
