// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>

namespace assay {

class device;

/// A backend is a policy type: it names the stream that candidates get. Everything else about it is behind
/// `device`, the interface that the engine drives.
template <class Type>
concept backend = requires(void* native) {
  typename Type::stream_type;
  { Type::name } -> std::convertible_to<const char*>;
  { Type::stream(native) } -> std::same_as<typename Type::stream_type>;
};

/// The device of a backend, opened on the first call. Throws no_device where there is none.
/// A kernel file needs only this declaration. The definition is in device_model.hpp, and is instantiated by
/// src/cuda.cu and src/hip.hip, or by any file that includes backend/<name>_device.hpp.
template <backend Backend>
device& device_of();

}  // namespace assay
