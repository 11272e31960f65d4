# SPDX-FileCopyrightText: 2026 The assay authors
# SPDX-License-Identifier: Apache-2.0
#
# vcpkg install assay --overlay-ports=<this repository>/packaging/vcpkg
# Installs the checkout that it lies in.
set(VCPKG_BUILD_TYPE release) # header-only
cmake_path(SET SOURCE_PATH NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../..")

# The backends are found where the package is used.
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DASSAY_BUILD_TESTS=OFF
    -DASSAY_BUILD_EXAMPLES=OFF
    -DASSAY_BUILD_BENCH=OFF
    -DASSAY_CUDA=OFF
    -DASSAY_HIP=OFF
)
vcpkg_cmake_install()
# The package file stays where it is, in share/assay/cmake: it finds the sources that users compile beside it.
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
