#pragma once
#include <string>
#include <string_view>

namespace kit {

/// W3C trace context, level 1 (https://www.w3.org/TR/trace-context/): the trace and the span that we are in.
struct Trace {
  std::string trace_id;  ///< 32 lower-case hex digits, not all zero
  std::string span_id;   ///< 16 lower-case hex digits, not all zero
  bool sampled = false;
  std::string state;  ///< `tracestate` as it came: what the tracing systems of the caller added, passed on

  /// A new trace with random ids.
  static Trace start();
  /// A span of our own in the caller's trace, or a new trace where `traceparent` is missing or not
  /// well-formed.
  /// A `tracestate` counts only with it, and only if it can be a header of at most 512 characters.
  static Trace follow(std::string_view traceparent, std::string_view tracestate = {});
  /// The header for those whom we call: "00-<trace>-<span>-<flags>".
  std::string traceparent() const;
};

/// `bytes` random bytes in lower-case hex.
std::string random_hex(std::size_t bytes);
/// A random UUID (version 4).
std::string random_uuid();

}  // namespace kit
