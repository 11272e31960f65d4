// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>
#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "assay/backend/cuda_driver.hpp"
#include "assay/core/demangle.hpp"
#include "assay/core/launch_facts.hpp"

namespace assay {

namespace detail {

/// Reads the nodes of a graph through the driver: the runtime's own calls know only kernels that the runtime
/// launched, and libraries launch theirs through the driver. What a call does not tell stays absent.
class cuda_graph_reader {
 public:
  void read(CUgraph graph, launch_facts& facts) const {
    std::size_t count = 0;
    if (!nodes_ || nodes_(graph, nullptr, &count) != CUDA_SUCCESS) {
      facts.absent = "the driver does not tell the nodes of a graph";
      return;
    }
    std::vector<CUgraphNode> nodes(count);
    if (count > 0 && nodes_(graph, nodes.data(), &count) != CUDA_SUCCESS) count = 0;
    for (std::size_t i = 0; i < count; ++i) {
      CUgraphNodeType type = CU_GRAPH_NODE_TYPE_EMPTY;
      if (!type_ || type_(nodes[i], &type) != CUDA_SUCCESS) continue;
      CUgraph child = nullptr;
      if (type == CU_GRAPH_NODE_TYPE_KERNEL)
        facts.kernels.push_back(kernel(nodes[i]));
      else if (type == CU_GRAPH_NODE_TYPE_MEMCPY || type == CU_GRAPH_NODE_TYPE_MEMSET)
        ++facts.copies;
      else if (type == CU_GRAPH_NODE_TYPE_GRAPH && child_ && child_(nodes[i], &child) == CUDA_SUCCESS)
        read(child, facts);
      else if (type != CU_GRAPH_NODE_TYPE_EMPTY && type != CU_GRAPH_NODE_TYPE_EVENT_RECORD &&
               type != CU_GRAPH_NODE_TYPE_WAIT_EVENT)
        ++facts.others;
    }
  }

 private:
  [[nodiscard]] kernel_facts kernel(CUgraphNode node) const {
    kernel_facts facts;
    CUDA_KERNEL_NODE_PARAMS_v2 launch{};
    if (!params_ || params_(node, &launch) != CUDA_SUCCESS) return facts;
    facts.grid = {launch.gridDimX, launch.gridDimY, launch.gridDimZ};
    facts.block = {launch.blockDimX, launch.blockDimY, launch.blockDimZ};
    facts.dynamic_shared_bytes = launch.sharedMemBytes;
    CUfunction function = launch.func;
    if (!function && launch.kern && function_of_ && function_of_(&function, launch.kern) != CUDA_SUCCESS)
      function = nullptr;
    if (!function) return facts;
    const char* name = nullptr;
    if (name_ && name_(&name, function) == CUDA_SUCCESS) facts.name = demangled(name);
    facts.registers = attribute(function, CU_FUNC_ATTRIBUTE_NUM_REGS);
    facts.static_shared_bytes = attribute(function, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
    facts.local_bytes = attribute(function, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    int blocks = 0;
    if (occupancy_ && occupancy_(&blocks, function, static_cast<int>(facts.threads()),
                                 static_cast<std::size_t>(facts.dynamic_shared_bytes)) == CUDA_SUCCESS)
      facts.blocks_per_multiprocessor = blocks;
    return facts;
  }
  [[nodiscard]] std::optional<int> attribute(CUfunction function, CUfunction_attribute which) const {
    int value = 0;
    if (!attribute_ || attribute_(&value, which, function) != CUDA_SUCCESS) return std::nullopt;
    return value;
  }

  CUresult (*nodes_)(CUgraph, CUgraphNode*, std::size_t*) =
      find_cuda_driver_call<CUresult(CUgraph, CUgraphNode*, std::size_t*)>("cuGraphGetNodes", 10000);
  CUresult (*type_)(CUgraphNode, CUgraphNodeType*) =
      find_cuda_driver_call<CUresult(CUgraphNode, CUgraphNodeType*)>("cuGraphNodeGetType", 10000);
  CUresult (*child_)(CUgraphNode, CUgraph*) =
      find_cuda_driver_call<CUresult(CUgraphNode, CUgraph*)>("cuGraphChildGraphNodeGetGraph", 10000);
  CUresult (*params_)(CUgraphNode, CUDA_KERNEL_NODE_PARAMS_v2*) =
      find_cuda_driver_call<CUresult(CUgraphNode, CUDA_KERNEL_NODE_PARAMS_v2*)>("cuGraphKernelNodeGetParams",
                                                                                12000);
  CUresult (*function_of_)(CUfunction*, CUkernel) =
      find_cuda_driver_call<CUresult(CUfunction*, CUkernel)>("cuKernelGetFunction", 12000);
  CUresult (*name_)(const char**,
                    CUfunction) = find_cuda_driver_call<CUresult(const char**, CUfunction)>("cuFuncGetName",
                                                                                            12030);
  CUresult (*attribute_)(int*, CUfunction_attribute, CUfunction) =
      find_cuda_driver_call<CUresult(int*, CUfunction_attribute, CUfunction)>("cuFuncGetAttribute", 2020);
  CUresult (*occupancy_)(int*, CUfunction, int, std::size_t) =
      find_cuda_driver_call<CUresult(int*, CUfunction, int, std::size_t)>(
          "cuOccupancyMaxActiveBlocksPerMultiprocessor", 6050);
};

}  // namespace detail

/// What a captured launch consists of. The occupancy is that of single blocks, also of kernels whose blocks
/// come in clusters.
[[nodiscard]] inline launch_facts cuda_launch_facts(cudaGraph_t graph, int device) {
  launch_facts facts;
  detail::cuda_graph_reader().read(graph, facts);
  const auto attribute = [device](cudaDeviceAttr which) -> std::optional<int> {
    int value = 0;
    if (cudaDeviceGetAttribute(&value, which, device) != cudaSuccess || value <= 0) return std::nullopt;
    return value;
  };
  multiprocessor_limits& limits = facts.multiprocessor;
  limits.threads = attribute(cudaDevAttrMaxThreadsPerMultiProcessor);
  limits.registers = attribute(cudaDevAttrMaxRegistersPerMultiprocessor);
  limits.shared_bytes = attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor);
  limits.reserved_shared_bytes = attribute(cudaDevAttrReservedSharedMemoryPerBlock);
  limits.blocks = attribute(cudaDevAttrMaxBlocksPerMultiprocessor);
  return facts;
}

}  // namespace assay
