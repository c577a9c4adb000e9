#include "operator/kube/object/quantity.hpp"

#include <algorithm>
#include <array>

namespace kube {

namespace {

constexpr __int128 kNano = 1'000'000'000;
constexpr __int128 kLimit = kNano * kNano * kNano;

/// 10^zeros; 0 when the limit does not allow so many.
__int128 power_of_ten(int zeros) {
  if (zeros < 0 || zeros > 27) return 0;
  __int128 out = 1;
  for (int i = 0; i < zeros; ++i) out *= 10;
  return out;
}

/// What the suffix multiplies by, in nano; 0 when there is no such suffix.
__int128 suffix_scale(std::string_view suffix) {
  // Each a thousand times the one before, from nano to exa.
  static constexpr std::array<std::string_view, 10> decimal{"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  const auto* const found = std::find(decimal.begin(), decimal.end(), suffix);
  if (found != decimal.end()) return power_of_ten(3 * static_cast<int>(found - decimal.begin()));
  static constexpr std::array<std::string_view, 6> binary{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  __int128 out = kNano;
  for (const auto name : binary) {
    out *= 1024;
    if (name == suffix) return out;
  }
  return 0;
}

/// "e3", "E-2": in nano; 0 when it is none.
__int128 exponent_scale(std::string_view suffix) {
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return 0;
  suffix.remove_prefix(1);
  const bool negative = suffix[0] == '-';
  if (suffix[0] == '-' || suffix[0] == '+') suffix.remove_prefix(1);
  if (suffix.empty() || suffix.size() > 2) return 0;
  int exponent = 0;
  for (const char c : suffix) {
    if (c < '0' || c > '9') return 0;
    exponent = exponent * 10 + (c - '0');
  }
  return power_of_ten(negative ? 9 - exponent : 9 + exponent);
}

}  // namespace

std::optional<Quantity> Quantity::parse(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  __int128 digits = 0;
  __int128 divisor = 1;
  bool any = false;
  bool point = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    any = true;
    if (digits > kNano * kNano || divisor >= kNano * 1'000'000) return std::nullopt;
    digits = digits * 10 + (text[i] - '0');
    if (point) divisor *= 10;
  }
  if (!any) return std::nullopt;
  const std::string_view suffix = text.substr(i);
  __int128 scale = suffix_scale(suffix);
  if (scale == 0) scale = exponent_scale(suffix);
  // digits * scale must stay within 127 bits, and the value below the limit.
  if (scale == 0 || (digits != 0 && scale > (kLimit * 1'000'000'000) / digits)) return std::nullopt;
  const __int128 product = digits * scale;
  __int128 nano = product / divisor;
  // Smaller than nano is rounded up, as the API server does.
  if (product % divisor != 0) ++nano;
  if (nano > kLimit) return std::nullopt;
  return Quantity(negative ? -nano : nano);
}

std::int64_t Quantity::ceil() const {
  const __int128 whole = nano_ / kNano;
  return static_cast<std::int64_t>(nano_ > 0 && nano_ % kNano != 0 ? whole + 1 : whole);
}

}  // namespace kube
