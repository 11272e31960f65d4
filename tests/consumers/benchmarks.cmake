# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# What the three projects do with assay once they have it.
assay_add_benchmark(saxpy_host ../saxpy.cpp)
if(WITH_CUDA)
  assay_add_benchmark(saxpy_cuda ../saxpy.cu)
endif()
if(WITH_HIP)
  set_source_files_properties(../saxpy.hip PROPERTIES LANGUAGE HIP)
  assay_add_benchmark(saxpy_hip ../saxpy.hip)
endif()
if(WITH_CUDA AND WITH_HIP)  # all backends in one program
  assay_add_benchmark(saxpy_everywhere ../saxpy.cpp ../saxpy.cu ../saxpy.hip)
endif()

# The headers alone, and a plain program that measures with them.
add_executable(measure_only ../measure_only.cpp)
target_link_libraries(measure_only PRIVATE assay::assay)
add_test(NAME measure_only COMMAND measure_only)
