#include "services/kit/docs/joining/join.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace kit::docs {
namespace {

using nlohmann::json;

constexpr std::string_view COMPONENTS = "#/components/";

std::string capitalised(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

/// New references by old ones: "#/components/schemas/Product" -> "#/components/schemas/OrderProduct".
using Renames = std::map<std::string, std::string>;

void rename_references(json& value, const Renames& renames) {
  if (value.is_object()) {
    for (auto& [key, child] : value.items()) {
      if (key == "$ref" && child.is_string()) {
        if (const auto to = renames.find(child.get<std::string>()); to != renames.end()) child = to->second;
      } else {
        rename_references(child, renames);
      }
    }
  } else if (value.is_array()) {
    for (auto& child : value) rename_references(child, renames);
  }
}

bool refers_to_renamed(const json& value, const Renames& renames) {
  auto copy = value;
  rename_references(copy, renames);
  return copy != value;
}

/// The components that need another name: those that differ from a known one of the same name, and those that
/// refer to such.
Renames renames_of(const json& components, const json& known, const std::string& service) {
  Renames renames;
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [kind, entries] : components.items()) {
      for (const auto& [name, content] : entries.items()) {
        const auto reference = std::string(COMPONENTS) + kind + "/" + name;
        if (renames.contains(reference) || !known.contains(kind) || !known[kind].contains(name)) continue;
        if (known[kind][name] == content && !refers_to_renamed(content, renames)) continue;
        renames[reference] = std::string(COMPONENTS) + kind + "/" + capitalised(service) + name;
        grown = true;
      }
    }
  }
  return renames;
}

void add_components(json& all, json components, const Renames& renames) {
  rename_references(components, renames);
  for (auto& [kind, entries] : components.items()) {
    for (auto& [name, content] : entries.items()) {
      const auto renamed = renames.find(std::string(COMPONENTS) + kind + "/" + name);
      const auto as =
          renamed == renames.end() ? name : renamed->second.substr(COMPONENTS.size() + kind.size() + 1);
      all[kind][as] = std::move(content);
    }
  }
}

bool is_operation(const std::string& key) {
  static const std::set<std::string> methods{"get",     "put",  "post",  "delete",
                                             "options", "head", "patch", "trace"};
  return methods.contains(key);
}

class Joiner {
 public:
  explicit Joiner(json& whole) : whole_(whole) {}

  void add(const Part& part) {
    auto document = part.document;
    const auto components = document.value("components", json::object());
    const auto renames = renames_of(components, whole_["components"], part.service);
    auto paths = document.value("paths", json::object());
    rename_references(paths, renames);
    for (auto& [path, item] : paths.items())
      if (path != "/openapi.yaml")
        add_path(part, path, std::move(item), document.value("security", json::array()));
    add_components(whole_["components"], components, renames);
    for (auto& tag : document.value("tags", json::array())) add_tag(std::move(tag));
  }

 private:
  void add_path(const Part& part, const std::string& path, json item, const json& security) {
    for (auto& [key, operation] : item.items()) {
      if (!is_operation(key)) continue;
      if (whole_["paths"].contains(path) && whole_["paths"][path].contains(key))
        throw std::invalid_argument(part.service + ": " + key + " " + path + " is another service's, too");
      const auto id = operation.value("operationId", "");
      if (!id.empty() && !ids_.insert(id).second)
        throw std::invalid_argument(part.service + ": the operationId " + id + " is there twice");
      // The part's default security is written out, since the parts may differ.
      if (!operation.contains("security")) operation["security"] = security;
    }
    if (whole_["paths"].contains(path))
      whole_["paths"][path].update(item);
    else
      whole_["paths"][path] = std::move(item);
  }

  void add_tag(json tag) {
    if (tags_.insert(tag.at("name").get<std::string>()).second) whole_["tags"].push_back(std::move(tag));
  }

  json& whole_;
  std::set<std::string> ids_;
  std::set<std::string> tags_;
};

}  // namespace

json join(const std::vector<Part>& parts, const std::string& title, const std::string& version) {
  json whole = {{"openapi", "3.1.0"},
                {"info",
                 {{"title", title},
                  {"version", version},
                  {"license", {{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}}},
                {"servers", {{{"url", "/"}}}},
                {"tags", json::array()},
                {"paths", json::object()},
                {"components", json::object()}};
  Joiner joiner(whole);
  for (const auto& part : parts) joiner.add(part);
  return whole;
}

}  // namespace kit::docs
