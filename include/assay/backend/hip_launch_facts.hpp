// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hip/hip_runtime.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "assay/core/demangle.hpp"
#include "assay/core/launch_facts.hpp"

namespace assay {

namespace detail {

/// HIP tells kernels by the address of their host function. Those of modules have none, and little is known
/// of them.
[[nodiscard]] inline kernel_facts hip_kernel_facts(hipGraphNode_t node) {
  kernel_facts facts;
  hipKernelNodeParams launch{};
  if (hipGraphKernelNodeGetParams(node, &launch) != hipSuccess) return facts;
  facts.grid = {launch.gridDim.x, launch.gridDim.y, launch.gridDim.z};
  facts.block = {launch.blockDim.x, launch.blockDim.y, launch.blockDim.z};
  facts.dynamic_shared_bytes = launch.sharedMemBytes;
  hipFuncAttributes compiled{};
  if (!launch.func || hipFuncGetAttributes(&compiled, launch.func) != hipSuccess) return facts;
  facts.name = demangled(hipKernelNameRefByPtr(launch.func, nullptr));
  facts.registers = compiled.numRegs;
  facts.static_shared_bytes = static_cast<std::int64_t>(compiled.sharedSizeBytes);
  facts.local_bytes = static_cast<std::int64_t>(compiled.localSizeBytes);
  int blocks = 0;
  if (hipOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, static_cast<const void*>(launch.func),
                                                   static_cast<int>(facts.threads()),
                                                   launch.sharedMemBytes) == hipSuccess)
    facts.blocks_per_multiprocessor = blocks;
  return facts;
}

inline void read_hip_graph(hipGraph_t graph, launch_facts& facts) {
  std::size_t count = 0;
  if (hipGraphGetNodes(graph, nullptr, &count) != hipSuccess) {
    facts.absent = "the runtime does not tell the nodes of a graph";
    return;
  }
  std::vector<hipGraphNode_t> nodes(count);
  if (count > 0 && hipGraphGetNodes(graph, nodes.data(), &count) != hipSuccess) count = 0;
  for (std::size_t i = 0; i < count; ++i) {
    hipGraphNodeType type = hipGraphNodeTypeEmpty;
    if (hipGraphNodeGetType(nodes[i], &type) != hipSuccess) continue;
    hipGraph_t child = nullptr;
    switch (static_cast<int>(type)) {  // runtimes differ in which kinds they name
      case hipGraphNodeTypeKernel: facts.kernels.push_back(hip_kernel_facts(nodes[i])); break;
#if HIP_VERSION < 50300000
      case hipGraphNodeTypeMemcpy1D:
#endif
      case hipGraphNodeTypeMemcpy:
      case hipGraphNodeTypeMemcpyFromSymbol:
      case hipGraphNodeTypeMemcpyToSymbol:
      case hipGraphNodeTypeMemset: ++facts.copies; break;
      case hipGraphNodeTypeEmpty:
      case hipGraphNodeTypeWaitEvent:
      case hipGraphNodeTypeEventRecord: break;
      case hipGraphNodeTypeGraph:
        if (hipGraphChildGraphNodeGetGraph(nodes[i], &child) == hipSuccess) {
          read_hip_graph(child, facts);
          break;
        }
        [[fallthrough]];
      default: ++facts.others; break;
    }
  }
}

}  // namespace detail

/// What a captured launch consists of. Registers are not told of a multiprocessor: HIP counts those of a
/// block, and a compute unit has vector and scalar ones.
[[nodiscard]] inline launch_facts hip_launch_facts(hipGraph_t graph, int device) {
  launch_facts facts;
  detail::read_hip_graph(graph, facts);
  const auto attribute = [device](hipDeviceAttribute_t which) -> std::optional<int> {
    int value = 0;
    if (hipDeviceGetAttribute(&value, which, device) != hipSuccess || value <= 0) return std::nullopt;
    return value;
  };
  facts.multiprocessor.threads = attribute(hipDeviceAttributeMaxThreadsPerMultiProcessor);
  facts.multiprocessor.shared_bytes = attribute(hipDeviceAttributeMaxSharedMemoryPerMultiprocessor);
  return facts;
}

}  // namespace assay
