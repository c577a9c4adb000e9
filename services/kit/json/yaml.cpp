#include "services/kit/json/yaml.hpp"

#include <charconv>
#include <cmath>

#include <yaml-cpp/yaml.h>

namespace kit::json {
namespace {

using Json = nlohmann::json;

constexpr int deepest = 64;

template <typename Number>
bool read_whole(const std::string& text, Number& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

Json scalar(const YAML::Node& node) {
  const auto& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  std::int64_t integer = 0;
  if (read_whole(text, integer)) return integer;
  double real = 0;
  bool starts_as_number = text[0] == '-' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9');
  if (starts_as_number && read_whole(text, real) && std::isfinite(real)) return real;
  return text;
}

Json convert(const YAML::Node& node, int depth);

Json mapping(const YAML::Node& node, int depth) {
  Json own = Json::object();
  Json merged = Json::object();
  for (const auto& entry : node) {
    const auto& name = entry.first.Scalar();
    auto value = convert(entry.second, depth + 1);
    if (name != "<<") {
      if (own.contains(name))
        throw YAML::Exception(entry.first.Mark(), "the key " + name + " is there twice");
      own[name] = std::move(value);
    } else if (value.is_object()) {
      merged.update(value);
    } else {
      throw YAML::Exception(entry.first.Mark(), "<< takes a mapping");
    }
  }
  merged.update(own);
  return merged;
}

Json convert(const YAML::Node& node, int depth) {
  if (depth > deepest) throw YAML::Exception(node.Mark(), "nested too deep");
  if (node.IsScalar()) return scalar(node);
  if (node.IsMap()) return mapping(node, depth);
  if (!node.IsSequence()) return nullptr;
  Json list = Json::array();
  for (const auto& each : node) list.push_back(convert(each, depth + 1));
  return list;
}

}  // namespace

std::vector<Json> parse_yaml(const std::string& text, const std::string& origin) {
  try {
    std::vector<Json> result;
    for (const auto& document : YAML::LoadAll(text)) {
      auto value = convert(document, 0);
      if (!value.is_null()) result.push_back(std::move(value));
    }
    return result;
  } catch (const YAML::Exception& error) {
    throw std::runtime_error(origin + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
  }
}

}  // namespace kit::json
