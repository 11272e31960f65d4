// SPDX-FileCopyrightText: 2026 The assay authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "assay/backend/backend.hpp"
#include "assay/numeric/block_scaled.hpp"
#include "assay/suite/block_scaled_tensor.hpp"
#include "assay/suite/declaration.hpp"

namespace assay {

/// Carries a type through a generic lambda: `using T = typename decltype(t)::type`.
template <class Type>
struct type_of {
  using type = Type;
};

/// The values that one case has on axes that vary together, in the order of their names.
template <std::size_t Columns>
struct axis_row {
  std::int64_t values[Columns];
  [[nodiscard]] std::int64_t operator[](std::size_t column) const { return values[column]; }
};

namespace detail {

/// A name and what is hung on it. What does not fit is cut off.
struct suffixed_name {
  char text[256] = {};

  suffixed_name(const char* name, const char* suffix) {
    std::size_t length = 0;
    for (const char* part : {name, suffix})
      while (part && *part && length < sizeof text - 1) text[length++] = *part++;
  }
};

}  // namespace detail

/// What the body of ASSAY_PROBLEM talks to. All sizes are elements unless a name says bytes. Mistakes are
/// reported with the line of the call that made them.
template <backend Backend>
class problem {
 public:
  using stream_type = typename Backend::stream_type;

  explicit problem(declaration& target) : target_(target) {}

  /// One value of a list; the problem has a case for each. Axes multiply. `domain` says what other values the
  /// candidates must be right for: fuzzing tries them.
  std::int64_t axis(const char* name, std::initializer_list<std::int64_t> values, const axis_domain& domain,
                    source_location where = source_location::current()) {
    return target_.integer_axis(name, values.begin(), values.size(), domain, where);
  }
  std::int64_t axis(const char* name, std::initializer_list<std::int64_t> values,
                    source_location where = source_location::current()) {
    return axis(name, values, listed(), where);
  }
  const char* axis(const char* name, std::initializer_list<const char*> values,
                   source_location where = source_location::current()) {
    return target_.string_axis(name, values.begin(), values.size(), where);
  }

  /// Axes that vary together, a row for each case: `p.axes({"m", "n"}, {{1, 2}, {3, 4}})`. `domains` says for
  /// each of them what other values the candidates must be right for, whatever the others are.
  template <std::size_t Columns, std::size_t Rows>
  axis_row<Columns> axes(const char* const (&names)[Columns], const std::int64_t (&rows)[Rows][Columns],
                         const axis_domain (&domains)[Columns],
                         source_location where = source_location::current()) {
    axis_row<Columns> result;
    target_.joint_axes(names, Columns, &rows[0][0], Rows, domains, result.values, where);
    return result;
  }
  template <std::size_t Columns, std::size_t Rows>
  axis_row<Columns> axes(const char* const (&names)[Columns], const std::int64_t (&rows)[Rows][Columns],
                         source_location where = source_location::current()) {
    const axis_domain only_listed[Columns] = {};
    return axes(names, rows, only_listed, where);
  }

  /// What the values of several axes must satisfy together, e.g. `p.assume(columns % heads == 0)`: fuzzing
  /// leaves out what does not. Say it before anything that relies on it.
  void assume(bool condition, source_location where = source_location::current()) {
    target_.assume(condition, where);
  }

  /// An axis of element types: calls `body(type_of<T>{})` with the T of the case.
  template <class... Types, class Body>
  void type_axis(const char* name, Body&& body, source_location where = source_location::current()) {
    static_assert(sizeof...(Types) > 0, "type_axis needs its types: p.type_axis<float, double>(\"T\", …)");
    const char* const names[] = {to_string(dtype_of<Types>::value)...};
    std::size_t remaining = target_.type_axis(name, names, sizeof...(Types), where);
    (void)((remaining-- == 0 ? (body(type_of<Types>{}), true) : false) || ...);
  }

  template <class Element>
  assay::tensor<const Element> input(const char* name, std::initializer_list<std::int64_t> extents,
                                     const fill& how = default_fill(dtype_of<Element>::value),
                                     source_location where = source_location::current()) {
    return assay::tensor<const Element>(declare<Element>(tensor_role::input, name, extents, how, where));
  }
  template <class Element>
  assay::tensor<Element> output(const char* name, std::initializer_list<std::int64_t> extents,
                                source_location where = source_location::current()) {
    return assay::tensor<Element>(declare<Element>(tensor_role::output, name, extents, {}, where));
  }
  template <class Element>
  assay::tensor<Element> inout(const char* name, std::initializer_list<std::int64_t> extents,
                               const fill& how = default_fill(dtype_of<Element>::value),
                               source_location where = source_location::current()) {
    return assay::tensor<Element>(declare<Element>(tensor_role::inout, name, extents, how, where));
  }
  /// An input of rows × columns in a block-scaled format, `Format` being assay::nvfp4, mxfp8_e4m3, …: the
  /// tensors `name`, `name`.scales and, for NVFP4, `name`.global, each filled on its own. What pads the
  /// scales in the swizzled layout is zero bytes.
  template <class Format>
  block_scaled_tensor<Format> block_scaled_input(const char* name, const std::int64_t (&extents)[2],
                                                 scale_layout layout = scale_layout::linear,
                                                 const fill& elements = default_fill(Format::format.element),
                                                 const fill& scales = default_scale_fill(Format::format),
                                                 source_location where = source_location::current()) {
    using handle = block_scaled_tensor<Format>;
    const std::int64_t rows = extents[0], columns = extents[1];
    const std::int64_t blocks = blocks_of(Format::format, columns);
    const assay::tensor<typename handle::element_type> values =
        input<typename Format::element_type>(name, {rows, columns}, elements, where);
    const bool padded = layout == scale_layout::swizzled && rows > 0 && blocks > 0;
    const fill filled = fixed(padded ? padded_scales(scales, rows, blocks) : scales);
    const assay::tensor<typename handle::scale_type> factors = input<typename Format::scale_type>(
        detail::suffixed_name(name, ".scales").text, {scale_count(layout, rows, blocks)}, filled, where);
    if constexpr (Format::format.has_global)
      return handle(
          values, factors,
          input<float>(detail::suffixed_name(name, ".global").text, {1}, fixed(uniform(0.25, 0.75)), where),
          layout, columns);
    else
      return handle(values, factors, assay::tensor<const float>(nullptr), layout, columns);
  }
  assay::workspace workspace(std::int64_t bytes, source_location where = source_location::current()) {
    return assay::workspace(target_.workspace(bytes, where));
  }

  /// Pads the rows of a tensor of two extents or more: they run along its last extent and begin `elements`
  /// apart. What lies between is no part of the tensor: it must not be written, and what is read from there
  /// is NaN where the type has it. Behind the last row there is nothing. In oracles indices count the
  /// elements alone.
  template <class Element>
  void leading_dimension(const assay::tensor<Element>& tensor, std::int64_t elements,
                         source_location where = source_location::current()) {
    target_.leading_dimension(tensor.slot(), elements, where);
  }
  /// The same, of any length: the rows are close together, but fuzzing moves them apart, since candidates
  /// take any `tensor.leading_dimension()`.
  template <class Element>
  void any_leading_dimension(const assay::tensor<Element>& tensor,
                             source_location where = source_location::current()) {
    target_.any_leading_dimension(tensor.slot(), where);
  }
  /// Candidates may be called in place, `output` lying where `input` does, both of one shape and type:
  /// fuzzing does.
  template <class Output, class Input>
  void may_alias(const assay::tensor<Output>& output, const assay::tensor<Input>& input,
                 source_location where = source_location::current()) {
    static_assert(!std::is_const_v<Output> && std::is_const_v<Input>, "an output that may lie on an input");
    target_.may_alias(output.slot(), input.slot(), where);
  }
  /// Each of the rows along this axis is worked on alone: tensors have it as their first extent, or not at
  /// all. A candidate whose first row comes out with other bits where the batch is smaller is labelled
  /// `batch-variant`; that is no failure.
  void batch_axis(const char* axis, source_location where = source_location::current()) {
    target_.batch_axis(axis, where);
  }
  /// Outputs are sums along this extent of the tensor, counted from 0; of all tensors that say so the extents
  /// are the same summands: `p.summed_along(a, 1); p.summed_along(b, 0);` of a product. A candidate whose
  /// result depends on their order is labelled `order-sensitive`, with the change; that is no failure.
  template <class Element>
  void summed_along(const assay::tensor<Element>& tensor, std::size_t extent,
                    source_location where = source_location::current()) {
    target_.summed_along(tensor.slot(), extent, where);
  }
  /// What candidates may rely on: that tensors begin at multiples of `bytes`, a power of two up to 256. Where
  /// nothing is said it is 256, as cudaMalloc and hipMalloc give it; kernels that take views of larger
  /// tensors should be promised less, and are then also tried with less. Never less than one element.
  void alignment(std::int64_t bytes, source_location where = source_location::current()) {
    target_.alignment(nullptr, bytes, where);
  }
  /// Of one tensor.
  template <class Element>
  void alignment(const assay::tensor<Element>& tensor, std::int64_t bytes,
                 source_location where = source_location::current()) {
    target_.alignment(&tensor.slot(), bytes, where);
  }

  /// Floating-point operations (a multiply-add is two), on the unit that the tensors imply (fp64 for double,
  /// fp32 for other floating types) or on a named one. Amounts for different units add up side by side.
  void flops(double amount, source_location where = source_location::current()) {
    target_.operations(amount, where);
  }
  void flops(double amount, resource unit, source_location where = source_location::current()) {
    target_.operations(unit, amount, where);
  }
  /// What the problem cannot do without, from the catalogue (docs/work.md) or put together by hand:
  /// `p.work(assay::work::softmax{rows, columns, assay::dtype_of<T>()})`. Its bytes replace those that follow
  /// from the tensors and may not be more; p.flops() adds to its operations. Once, and not beside
  /// p.dram_bytes(): a launch that does several operations has the sum, `a + b.without_dram()`.
  void work(const assay::work& all, source_location where = source_location::current()) {
    target_.work(all, where);
  }
  /// The least traffic with DRAM, where it differs from each input read once and each output written once.
  /// It is believed.
  void dram_bytes(double read, double written, source_location where = source_location::current()) {
    target_.dram_bytes(read, written, where);
  }
  void tolerance(const assay::tolerance& bound, source_location where = source_location::current()) {
    target_.tolerance(bound, where);
  }

  /// The special values that candidates must treat as the oracle does: fuzzing tries them. Without a word
  /// none is tried unless the user asks for it (--strict): fast arithmetic may flush subnormals and lose a
  /// NaN.
  void specials(special values, source_location where = source_location::current()) {
    target_.specials(values, where);
  }

  /// What is right, for all outputs at once: `oracle([=](auto at) { auto Y = at(y); Y[i] = …; })`. Runs on
  /// the host in double. An inout view holds the input values until it is written.
  template <class Oracle>
  void oracle(Oracle function, source_location where = source_location::current()) {
    target_.oracle(declaration::oracle_function(std::move(function)), where);
  }
  /// What is right for element `i` of one output: `oracle(c, [=](auto at, std::int64_t i) { return …; })`.
  /// Lets a large output be checked by a sample of its elements; the verdict says how many.
  template <class Element, class Oracle>
  void oracle(const assay::tensor<Element>& output, Oracle function,
              source_location where = source_location::current()) {
    static_assert(!std::is_const_v<Element>, "an oracle is for an output or inout tensor, not for an input");
    target_.element_oracle(output.slot(), declaration::element_oracle_function(std::move(function)), where);
  }

  /// What is right for one row of an output, where a row is cheaper than its elements one by one (softmax,
  /// norms, a row of a product): `row_oracle(y, [=](auto at, std::int64_t row, auto out) { out[j] = …; })`.
  /// A row is all elements whose index differs in the last place only; rows are counted through all other
  /// extents. A large output is checked by a sample of its rows.
  template <class Element, class Oracle>
  void row_oracle(const assay::tensor<Element>& output, Oracle function,
                  source_location where = source_location::current()) {
    static_assert(!std::is_const_v<Element>, "an oracle is for an output or inout tensor, not for an input");
    static_assert(
        std::is_invocable_v<Oracle&, const oracle_access&, std::int64_t, const oracle_row&>,
        "an oracle of rows is called as function(at, row, out) and writes out[0] … out[size() - 1]");
    target_.row_oracle(output.slot(), declaration::row_oracle_function(std::move(function)), where);
  }
  /// What is right for all of an output, found on the device: `device_oracle(y, [=](stream_type stream,
  /// double* expected) { kernel<<<…>>>(x, expected); })` writes expected[i] for every element i, unrounded.
  /// It finds the tensors as a candidate does and must not change them. Where the same output has an oracle
  /// on the host too, that one's sample is held against the device's values first. Where fp64 is slow, see
  /// assay/device/compensated.hpp.
  template <class Element, class Oracle>
  void device_oracle(const assay::tensor<Element>& output, Oracle function,
                     source_location where = source_location::current()) {
    static_assert(!std::is_const_v<Element>, "an oracle is for an output or inout tensor, not for an input");
    static_assert(std::is_invocable_v<Oracle&, stream_type, double*> || std::is_invocable_v<Oracle&, double*>,
                  "an oracle on the device is called with the backend's stream and the double* to write to");
    target_.device_oracle(output.slot(),
                          declaration::device_oracle_function(
                              [function = std::move(function)](void* stream, double* expected) mutable {
                                call(function, stream, expected);
                              }),
                          where);
  }
  /// C = alpha·op(A)·op(B) + beta·C, computed by assay on the device in fp64: `gemm_oracle(c, assay::gemm{m,
  /// n, k}, a, b)`. Where the whole product would take too long, 64 rows of it, and Freivalds' check of all
  /// others. a and b are inputs.
  template <class C, class A, class B>
  void gemm_oracle(const assay::tensor<C>& c, const gemm& product, const assay::tensor<A>& a,
                   const assay::tensor<B>& b, source_location where = source_location::current()) {
    static_assert(!std::is_const_v<C>, "an oracle is for an output or inout tensor, not for an input");
    target_.gemm_oracle(c.slot(), product, a.slot(), b.slot(), where);
  }

  /// A callable that claims to solve the problem: `[=](stream_type stream) { … }`, or without the argument.
  template <class Launch>
  void candidate(const char* name, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::candidate, name, std::move(launch), where);
  }
  /// With a prepare step (plans, handles, packed weights), which returns a state that every launch gets:
  /// `prepare(stream) -> State`, `launch(stream, State&)`. It runs again whenever the inputs' values or
  /// addresses change, is timed on its own, and must not change tensors.
  template <class Prepare, class Launch>
  requires(!std::is_convertible_v<Launch, source_location>) void candidate(
      const char* name, Prepare prepare, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::candidate, name, std::move(prepare), std::move(launch), where);
  }
  template <class Launch>
  void baseline(const char* name, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::baseline, name, std::move(launch), where);
  }
  template <class Prepare, class Launch>
  requires(!std::is_convertible_v<Launch, source_location>) void baseline(
      const char* name, Prepare prepare, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::baseline, name, std::move(prepare), std::move(launch), where);
  }
  /// A device reference in the problem's own types. Used where there is no oracle.
  template <class Launch>
  void reference(const char* name, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::reference, name, std::move(launch), where);
  }
  /// Something known to be wrong. The run fails when verification does not reject it: an oracle or a
  /// tolerance that accepts it would accept a wrong candidate as well. Not timed, not scored.
  template <class Launch>
  void counterexample(const char* name, Launch launch, source_location where = source_location::current()) {
    add(candidate_role::counterexample, name, std::move(launch), where);
  }

 private:
  template <class Element>
  const tensor_slot* declare(tensor_role role, const char* name, std::initializer_list<std::int64_t> extents,
                             const fill& how, source_location where) {
    return target_.tensor(role, name, dtype_of<Element>::value, extents.begin(), extents.size(), how, where);
  }

  template <class Function, class... Rest>
  static decltype(auto) call(Function& function, void* stream, Rest&... rest) {
    if constexpr (std::is_invocable_v<Function&, stream_type, Rest&...>)
      return function(Backend::stream(stream), rest...);
    else
      return function(rest...);
  }

  template <class Launch>
  void add(candidate_role role, const char* name, Launch launch, source_location where) {
    static_assert(std::is_invocable_v<Launch&, stream_type> || std::is_invocable_v<Launch&>,
                  "a candidate is called with the backend's stream, or with nothing");
    target_.candidate(role, name, {},
                      declaration::launch_function([launch = std::move(launch)](void* stream, void*) mutable {
                        call(launch, stream);
                      }),
                      where);
  }

  template <class Prepare, class Launch>
  void add(candidate_role role, const char* name, Prepare prepare, Launch launch, source_location where) {
    static_assert(
        std::is_invocable_v<Prepare&, stream_type> || std::is_invocable_v<Prepare&>,
        "a prepare step is called with the backend's stream, or with nothing, and returns its state");
    using state = std::remove_cvref_t<decltype(call(prepare, static_cast<void*>(nullptr)))>;
    static_assert(!std::is_void_v<state>, "a prepare step returns the state that each launch gets");
    static_assert(std::is_invocable_v<Launch&, stream_type, state&> || std::is_invocable_v<Launch&, state&>,
                  "with a prepare step, a candidate is called with the stream and the prepared state");
    target_.candidate(
        role, name, declaration::prepare_function([prepare = std::move(prepare)](void* stream) mutable {
          return prepared_state{new state(call(prepare, stream)),
                                [](void* object) { delete static_cast<state*>(object); }};
        }),
        declaration::launch_function([launch = std::move(launch)](void* stream, void* object) mutable {
          call(launch, stream, *static_cast<state*>(object));
        }),
        where);
  }

  declaration& target_;
};

}  // namespace assay
