#include "operator/shop/observed/last_lines.hpp"

#include "operator/kube/object/text.hpp"

#include <deque>
#include <regex>
#include <sstream>

#include <nlohmann/json.hpp>

namespace shop {
namespace {

constexpr std::size_t most_lines = 3;
constexpr std::size_t most_bytes = 300;
constexpr std::size_t longest_line = 500;

std::string without_time(const std::string& line) {
  static const std::regex time(
      R"(^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:?\d\d| [A-Z]{3,4})?\]?( \[\d+\])?\s*)");
  return std::regex_replace(line, time, "");
}

std::string without_secrets(std::string line) {
  static const std::regex in_url(R"re(://[^/\s@]*@)re");
  static const std::regex assigned(
      R"re(((?:password|passwd|secret|token|api[-_]?key)"?\s*[=:]\s*"?)[^\s",;]+)re", std::regex::icase);
  static const std::regex bearer(R"re((bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,})re", std::regex::icase);
  line = std::regex_replace(line, in_url, "://***@");
  line = std::regex_replace(line, assigned, "$1***");
  return std::regex_replace(line, bearer, "$1 ***");
}

/// "message: error" of a line that is a JSON object; else the line.
std::string plain(const std::string& line) {
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object()) return line;
  std::string result;
  for (const char* field : {"message", "msg", "error"}) {
    const auto it = object.find(field);
    if (it == object.end() || !it->is_string()) continue;
    result += (result.empty() ? "" : ": ") + it->get<std::string>();
  }
  return result.empty() ? line : result;
}

}  // namespace

std::string last_lines(const std::string& text) {
  std::deque<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) continue;
    lines.push_back(std::move(line));
    if (lines.size() > most_lines) lines.pop_front();
  }
  std::string result;
  for (const auto& line : lines) {
    const auto clean = without_secrets(without_time(plain(kube::cut(line, longest_line))));
    result += (result.empty() ? "" : " / ") + clean;
  }
  return kube::cut(result, most_bytes);
}

}  // namespace shop
