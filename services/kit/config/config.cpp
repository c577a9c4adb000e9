#include "services/kit/config/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include <yaml-cpp/yaml.h>

namespace kit::config {
namespace {

std::string variable_of(const std::string& key) {
  std::string name = "SHOPKEEPER_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

[[noreturn]] void refuse(const std::string& key, const std::string& where, const std::string& reason) {
  throw Error(key + " (" + where + ") " + reason);
}

/// "database.url" -> value, for every scalar below `node`.
void flatten(const YAML::Node& node, const std::string& path, std::string_view origin,
             std::map<std::string, std::string>& out) {
  if (node.IsNull()) return;
  if (node.IsScalar()) {
    out[path] = node.Scalar();
    return;
  }
  if (!node.IsMap())
    throw Error((path.empty() ? "the configuration" : path) + " (" + std::string(origin) +
                ") must be a mapping or a single value");
  for (const auto& entry : node) {
    if (!entry.first.IsScalar())
      throw Error((path.empty() ? "the configuration" : path) + " (" + std::string(origin) +
                  ") has a key that is no word");
    const auto key = path.empty() ? entry.first.Scalar() : path + "." + entry.first.Scalar();
    if (out.contains(key)) throw Error(key + " (" + std::string(origin) + ") comes twice");
    flatten(entry.second, key, origin, out);
  }
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc{} || count < 0 || count > 1'000'000'000) return std::nullopt;
  if (unit == "ms") return std::chrono::milliseconds(count);
  if (unit == "s") return std::chrono::seconds(count);
  if (unit == "m") return std::chrono::minutes(count);
  if (unit == "h") return std::chrono::hours(count);
  return std::nullopt;
}

std::string list(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
}

}  // namespace

Environment environment() {
  Environment out;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view line(*entry);
    const auto equals = line.find('=');
    if (equals != std::string_view::npos) out.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

void Binder::bind(std::string key, std::function<void(const std::string&, const std::string&)> set) {
  if (!keys_.emplace(key, Key{std::move(set), {}}).second)
    throw std::logic_error("configuration key bound twice: " + key);
}

void Binder::integer(std::string key, int& into, int min, int max) {
  bind(key, [key, &into, min, max](const std::string& value, const std::string& where) {
    int number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || number < min || number > max) {
      refuse(key, where, "must be an integer between " + std::to_string(min) + " and " + std::to_string(max));
    }
    into = number;
  });
}

void Binder::text(std::string key, std::string& into) {
  bind(key, [&into](const std::string& value, const std::string&) { into = value; });
}

void Binder::secret(std::string key, std::string& into) { text(std::move(key), into); }

void Binder::flag(std::string key, bool& into) {
  bind(key, [key, &into](const std::string& value, const std::string& where) {
    if (value != "true" && value != "false") refuse(key, where, "must be true or false");
    into = value == "true";
  });
}

void Binder::duration(std::string key, std::chrono::milliseconds& into, std::chrono::milliseconds min,
                      std::chrono::milliseconds max) {
  bind(key, [key, &into, min, max](const std::string& value, const std::string& where) {
    const auto parsed = parse_duration(value);
    if (!parsed) refuse(key, where, "must be a duration such as 250ms, 2s, 10m or 1h");
    if (*parsed < min || *parsed > max) {
      refuse(
          key, where,
          "must be between " + std::to_string(min.count()) + "ms and " + std::to_string(max.count()) + "ms");
    }
    into = *parsed;
  });
}

void Binder::choice(std::string key, std::string& into, std::vector<std::string> allowed) {
  bind(key, [key, &into, allowed](const std::string& value, const std::string& where) {
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
      refuse(key, where, "must be " + list(allowed));
    into = value;
  });
}

void Binder::alias(std::string key, std::string variable) { keys_.at(key).alias = std::move(variable); }

void Binder::rule(std::function<std::string()> check) { rules_.push_back(std::move(check)); }

void Binder::load(std::string_view yaml, std::string_view origin, const Environment& environment) {
  std::map<std::string, std::string> values;
  try {
    flatten(YAML::Load(std::string(yaml)), "", origin, values);
  } catch (const YAML::Exception& e) {
    throw Error(std::string(origin) + " is not valid YAML at line " + std::to_string(e.mark.line + 1));
  }
  for (const auto& [key, value] : values) {
    const auto known = keys_.find(key);
    if (known == keys_.end()) refuse(key, std::string(origin), "is not a key that is known here");
    known->second.set(value, std::string(origin));
  }
  for (const auto& [key, bound] : keys_) {
    for (const auto& name : {bound.alias, variable_of(key)}) {
      const auto found = environment.find(name);
      if (!name.empty() && found != environment.end())
        bound.set(found->second, "environment variable " + name);
    }
  }
  for (const auto& rule : rules_) {
    if (auto complaint = rule(); !complaint.empty()) throw Error(complaint);
  }
}

}  // namespace kit::config
