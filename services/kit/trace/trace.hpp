#pragma once
#include <string>
#include <string_view>

namespace kit {

/// W3C trace context, level 1 (https://www.w3.org/TR/trace-context/): the current trace and span.
struct Trace {
  std::string trace_id;  ///< 32 lower-case hex digits, not all zero
  std::string span_id;   ///< 16 lower-case hex digits, not all zero
  bool sampled = false;
  std::string state;  ///< the caller's `tracestate`, propagated unchanged

  /// A new trace with random ids.
  static Trace start();
  /// A new span in the caller's trace, or a new trace when `traceparent` is missing or malformed.
  /// `tracestate` is kept only with a valid traceparent and up to 512 characters.
  static Trace follow(std::string_view traceparent, std::string_view tracestate = {});
  /// The header for calls to others: "00-<trace>-<span>-<flags>".
  std::string traceparent() const;
};

/// `bytes` random bytes in lower-case hex.
std::string random_hex(std::size_t bytes);
/// A random UUID (version 4).
std::string random_uuid();

}  // namespace kit
