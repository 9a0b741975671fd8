// SPDX-License-Identifier: Apache-2.0
// Which tool this is.

/// Version of the tool.
public let toolVersion = "0.1.0"
