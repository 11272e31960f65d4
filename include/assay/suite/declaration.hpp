// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "assay/core/callable.hpp"
#include "assay/core/source_location.hpp"
#include "assay/numeric/dtype.hpp"
#include "assay/roofline/resource.hpp"
#include "assay/roofline/work.hpp"
#include "assay/suite/axis_domain.hpp"
#include "assay/suite/oracle_access.hpp"
#include "assay/suite/tensor.hpp"
#include "assay/verify/fill.hpp"
#include "assay/verify/gemm.hpp"
#include "assay/verify/special.hpp"
#include "assay/verify/tolerance.hpp"

namespace assay {

/// What a callable of a problem is for.
enum class candidate_role : std::uint8_t {
  candidate,       ///< claims to solve the problem; verified, timed, scored
  baseline,        ///< what speedups are measured against; verified and timed like a candidate
  reference,       ///< says what is right, on the device in the problem's own types; not timed
  counterexample,  ///< known to be wrong: verification must reject it, which shows that the oracle can; not
                   ///< timed
};

[[nodiscard]] constexpr const char* to_string(candidate_role role) {
  constexpr const char* names[] = {"candidate", "baseline", "reference", "counterexample"};
  return names[static_cast<std::size_t>(role)];
}

/// What a prepare step made: handed to every launch, destroyed after the last.
struct prepared_state {
  void* object = nullptr;
  void (*destroy)(void*) = nullptr;
};

/// The receiving side of a problem's body. The body runs against it once to discover what there is and once
/// for each case; `problem<Backend>` is the typed front of it. Abstract, so that a kernel file compiles
/// nothing of the engine. Streams are passed as the native handle.
class declaration {
 public:
  using prepare_function = callable<prepared_state(void* stream)>;
  using launch_function = callable<void(void* stream, void* state)>;
  using oracle_function = callable<void(const oracle_access&)>;
  using element_oracle_function = callable<double(const oracle_access&, std::int64_t)>;
  using row_oracle_function = callable<void(const oracle_access&, std::int64_t, const oracle_row&)>;
  /// Writes all elements of an output, in fp64, into the device's memory.
  using device_oracle_function = callable<void(void* stream, double* expected)>;

  virtual std::int64_t integer_axis(const char* name, const std::int64_t* values, std::size_t count,
                                    const axis_domain& domain, source_location where) = 0;
  virtual const char* string_axis(const char* name, const char* const* values, std::size_t count,
                                  source_location where) = 0;
  /// Returns the position of the case's type among `names`.
  virtual std::size_t type_axis(const char* name, const char* const* names, std::size_t count,
                                source_location where) = 0;
  /// Several axes that vary together: `values` holds `rows` rows of `columns` values, `domains` one domain
  /// for each column. Writes the case's values to `chosen`, one for each column.
  virtual void joint_axes(const char* const* names, std::size_t columns, const std::int64_t* values,
                          std::size_t rows, const axis_domain* domains, std::int64_t* chosen,
                          source_location where) = 0;
  /// What a case must satisfy to be one.
  virtual void assume(bool condition, source_location where) = 0;

  virtual const tensor_slot* tensor(tensor_role role, const char* name, dtype type,
                                    const std::int64_t* extents, std::size_t rank, const fill& how,
                                    source_location where) = 0;
  virtual const tensor_slot* workspace(std::int64_t bytes, source_location where) = 0;
  virtual void leading_dimension(const tensor_slot& tensor, std::int64_t elements, source_location where) = 0;
  /// Of one tensor; null: of all that have none of their own.
  virtual void alignment(const tensor_slot* tensor, std::int64_t bytes, source_location where) = 0;

  virtual void batch_axis(const char* name, source_location where) = 0;
  virtual void summed_along(const tensor_slot& tensor, std::size_t extent, source_location where) = 0;
  virtual void any_leading_dimension(const tensor_slot& tensor, source_location where) = 0;
  virtual void may_alias(const tensor_slot& output, const tensor_slot& input, source_location where) = 0;

  virtual void operations(resource unit, double amount, source_location where) = 0;
  /// Operations on the unit that the problem's first floating-point tensor implies.
  virtual void operations(double amount, source_location where) = 0;
  virtual void dram_bytes(double read, double written, source_location where) = 0;
  virtual void work(const assay::work& all, source_location where) = 0;
  virtual void tolerance(const assay::tolerance& bound, source_location where) = 0;
  virtual void specials(special values, source_location where) = 0;

  virtual void oracle(oracle_function function, source_location where) = 0;
  virtual void element_oracle(const tensor_slot& output, element_oracle_function function,
                              source_location where) = 0;
  virtual void row_oracle(const tensor_slot& output, row_oracle_function function, source_location where) = 0;
  virtual void device_oracle(const tensor_slot& output, device_oracle_function function,
                             source_location where) = 0;
  virtual void gemm_oracle(const tensor_slot& c, const gemm& product, const tensor_slot& a,
                           const tensor_slot& b, source_location where) = 0;
  virtual void candidate(candidate_role role, const char* name, prepare_function prepare,
                         launch_function launch, source_location where) = 0;

 protected:
  ~declaration() = default;
};

}  // namespace assay
