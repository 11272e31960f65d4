// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Element types are read and written as the bytes of a little-endian machine, which every GPU is, and sizes
// are of 64 bits.
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "assay needs a little-endian machine: host and GPU must agree on the bytes of a number"
#endif
#if defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ != 8
#error "assay needs a 64-bit target: tensors and workspaces are larger than a 32-bit address space"
#endif
