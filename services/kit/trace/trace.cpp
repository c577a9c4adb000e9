#include "services/kit/trace/trace.hpp"

#include "services/kit/encoding/sha256.hpp"

#include <sodium.h>

#include <algorithm>

namespace kit {
namespace {

bool lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool usable(std::string_view id) {
  return lower_hex(id) && id.find_first_not_of('0') != std::string_view::npos;
}

/// The length that everybody must propagate at least (W3C recommendation); the rest is dropped.
constexpr std::size_t MAX_STATE = 512;

bool passable(std::string_view state) {
  return state.size() <= MAX_STATE &&
         std::all_of(state.begin(), state.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string random_hex(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  return hex(raw);
}

std::string random_uuid() {
  std::string hex = random_hex(16);
  hex[12] = '4';                                                           // version 4
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % std::size_t{4}];  // RFC 9562 variant
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

Trace Trace::start() { return {random_hex(16), random_hex(8), false, {}}; }

Trace Trace::follow(std::string_view header, std::string_view tracestate) {
  // 00-<32>-<16>-<2>; later versions may be longer and are read by their first four fields.
  const bool shape = header.size() >= 55 && header[2] == '-' && header[35] == '-' && header[52] == '-' &&
                     (header.size() == 55 || (header[55] == '-' && header.substr(0, 2) != "00"));
  if (!shape || !lower_hex(header.substr(0, 2)) || header.substr(0, 2) == "ff" ||
      !usable(header.substr(3, 32)) || !usable(header.substr(36, 16)) || !lower_hex(header.substr(53, 2))) {
    return start();
  }
  const char last = header[54];
  const int low = last <= '9' ? last - '0' : last - 'a' + 10;
  return {std::string(header.substr(3, 32)), random_hex(8), (low & 1) != 0,
          passable(tracestate) ? std::string(tracestate) : std::string()};
}

std::string Trace::traceparent() const {
  return "00-" + trace_id + "-" + span_id + (sampled ? "-01" : "-00");
}

}  // namespace kit
