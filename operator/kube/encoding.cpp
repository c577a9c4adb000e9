// Times and base64, as the API has them.
#include "operator/kube/object.hpp"

#include <cstdio>
#include <ctime>
#include <vector>

#include <openssl/evp.h>

namespace kube {

namespace {

using std::chrono::system_clock;

std::string calendar(system_clock::time_point time) {
  const std::time_t seconds = system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char out[32];
  const std::size_t n = std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S", &parts);
  return {out, n};
}

bool digits(std::string_view text, std::size_t from, std::size_t count, int& into) {
  if (from + count > text.size()) return false;
  into = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    into = into * 10 + (text[i] - '0');
  }
  return true;
}

/// The offset from UTC at the end of a time ("Z", "+01:00"), in minutes.
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z") return 0;
  int hours = 0;
  int minutes = 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
      !digits(text, 1, 2, hours) || !digits(text, 4, 2, minutes)) {
    return std::nullopt;
  }
  return (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
}

}  // namespace

std::string seconds_time(system_clock::time_point time) { return calendar(time) + "Z"; }

std::string micro_time(system_clock::time_point time) {
  using std::chrono::microseconds;
  const auto rest =
      std::chrono::floor<microseconds>(time) -
      std::chrono::time_point_cast<microseconds>(std::chrono::floor<std::chrono::seconds>(time));
  char out[16];
  std::snprintf(out, sizeof out, ".%06dZ", static_cast<int>(rest.count()));
  return calendar(time) + out;
}

std::optional<system_clock::time_point> parse_time(std::string_view text) {
  std::tm parts{};
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || !digits(text, 0, 4, parts.tm_year) || !digits(text, 5, 2, parts.tm_mon) ||
      !digits(text, 8, 2, parts.tm_mday) || !digits(text, 11, 2, parts.tm_hour) ||
      !digits(text, 14, 2, parts.tm_min) || !digits(text, 17, 2, parts.tm_sec)) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  std::size_t at = 19;
  std::int64_t micros = 0;
  if (text[at] == '.') {
    int places = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (places++ < 6) micros = micros * 10 + (text[at] - '0');
    }
    for (; places < 6; ++places) micros *= 10;
  }
  const auto offset = parse_offset(text.substr(at));
  if (!offset) return std::nullopt;
  return system_clock::from_time_t(timegm(&parts)) + std::chrono::microseconds(micros) -
         std::chrono::minutes(*offset);
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

std::string base64_decode(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  if (text.empty()) return {};
  std::string out(text.size() / 4 * 3, '\0');
  // OpenSSL takes whitespace around the text and padding within it; neither is ours to accept.
  const std::size_t padding = text.size() - (text.find_last_not_of('=') + 1);
  const bool well_formed =
      text.size() % 4 == 0 && padding <= 2 &&
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") >=
          text.size() - padding;
  const int n = well_formed ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                              reinterpret_cast<const unsigned char*>(text.data()),
                                              static_cast<int>(text.size()))
                            : -1;
  if (n < 0) throw std::invalid_argument("not base64");
  out.resize(static_cast<std::size_t>(n) - padding);
  return out;
}

}  // namespace kube
