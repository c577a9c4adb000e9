#include "services/kit/docs/joining/join.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace kit::docs {
namespace {

using nlohmann::json;

const std::string COMPONENTS = "#/components/";

/// New references by old ones: "#/components/schemas/Product" -> "#/components/schemas/OrderProduct".
using Renames = std::map<std::string, std::string>;

void rename_references(json& value, const Renames& renames) {
  if (!value.is_structured()) return;
  for (auto& [key, child] : value.items()) {
    const auto to = key == "$ref" && child.is_string() ? renames.find(child) : renames.end();
    if (to != renames.end()) child = to->second;
    rename_references(child, renames);
  }
}

/// Adds the components, those whose name is taken with the service's name before theirs.
Renames add_components(json& all, json components, std::string service) {
  service[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(service[0])));
  Renames renames;
  for (const auto& [kind, entries] : components.items())
    for (const auto& [name, content] : entries.items())
      if (all[kind].contains(name))
        renames[COMPONENTS + kind + "/" + name] = COMPONENTS + kind + "/" + service + name;
  rename_references(components, renames);
  for (auto& [kind, entries] : components.items())
    for (auto& [name, content] : entries.items())
      all[kind][all[kind].contains(name) ? service + name : name] = std::move(content);
  return renames;
}

const std::set<std::string> OPERATIONS{"get", "put", "post", "delete", "options", "head", "patch", "trace"};

class Joiner {
 public:
  explicit Joiner(json& whole) : whole_(whole) {}

  void add(const Part& part) {
    const auto& document = part.document;
    const auto renames =
        add_components(whole_["components"], document.value("components", json::object()), part.service);
    auto paths = document.value("paths", json::object());
    rename_references(paths, renames);
    for (auto& [path, item] : paths.items())
      if (path != "/openapi.yaml")
        add_path(part, path, std::move(item), document.value("security", json::array()));
    for (auto& tag : document.value("tags", json::array())) add_tag(std::move(tag));
  }

 private:
  void add_path(const Part& part, const std::string& path, json item, const json& security) {
    for (auto& [key, operation] : item.items()) {
      if (!OPERATIONS.contains(key)) continue;
      if (whole_["paths"].contains(path) && whole_["paths"][path].contains(key))
        throw std::invalid_argument(part.service + ": " + key + " " + path + " is another service's, too");
      const auto id = operation.value("operationId", "");
      if (!id.empty() && !ids_.insert(id).second)
        throw std::invalid_argument(part.service + ": the operationId " + id + " is there twice");
      // The part's default security is written out, since the parts may differ.
      if (!operation.contains("security")) operation["security"] = security;
    }
    whole_["paths"][path].update(item);
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
