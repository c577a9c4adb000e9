#include "operator/shop/commands/plugin/summary.hpp"

#include "operator/shop/spec/spec.hpp"

#include <algorithm>
#include <functional>

namespace shop::plugin {
namespace {

using kube::text_at;
using Row = std::vector<std::string>;

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return out;
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string number_at(const kube::Object& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? std::to_string(found->get<std::int64_t>())
                                                             : "0";
}

/// The last time that an Event was seen.
std::string time_of(const kube::Object& event) {
  for (const auto* pointer : {"/series/lastObservedTime", "/deprecatedLastTimestamp", "/eventTime"})
    if (auto text = text_at(event, pointer); !text.empty()) return text;
  return text_at(event, "/metadata/creationTimestamp");
}

kube::Object last_events(const std::vector<kube::Object>& events) {
  auto out = kube::Object::array();
  for (const auto& each : events)
    out.push_back({{"time", time_of(each).substr(0, 19) + "Z"},
                   {"type", text_at(each, "/type")},
                   {"reason", text_at(each, "/reason")},
                   {"message", text_at(each, "/note")}});
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a["time"] < b["time"]; });
  constexpr std::ptrdiff_t most = 10;
  if (std::ssize(out) > most) out.erase(out.begin(), out.end() - most);
  return out;
}

kube::Object services(const kube::Object& status) {
  auto out = kube::Object::array();
  const auto found = status.find("services");
  if (found == status.end()) return out;
  for (const auto service : all_services) {
    if (!found->contains(to_string(service))) continue;
    auto each = (*found)[to_string(service)];
    each["name"] = to_string(service);
    out.push_back(std::move(each));
  }
  return out;
}

std::vector<Row> rows(const kube::Object& summary, const char* part, Row head,
                      const std::function<Row(const kube::Object&)>& row) {
  std::vector<Row> out{std::move(head)};
  for (const auto& each : summary.at(part)) out.push_back(row(each));
  return out;
}

std::string backup_line(const kube::Object& summary, const char* name) {
  const auto found = summary.find(name);
  if (found == summary.end() || text_at(*found, "/label").empty()) return "-";
  return text_at(*found, "/label") + " at " + text_at(*found, "/time");
}

}  // namespace

kube::Object summary(const kube::Object& shop, const std::vector<kube::Object>& events) {
  const auto status = shop.value("status", kube::Object::object());
  kube::Object out{{"name", kube::name(shop)},
                   {"namespace", kube::namespace_of(shop)},
                   {"ready", kube::has_condition(shop, "Ready")},
                   {"conditions", status.value("conditions", kube::Object::array())},
                   {"services", services(status)},
                   {"events", last_events(events)}};
  if (const auto* ready = kube::find_condition(shop, "Ready")) out["reason"] = text_at(*ready, "/reason");
  for (const auto* key : {"version", "previousVersion", "endpoint", "lastBackup", "lastVerifiedBackup"})
    if (status.contains(key)) out[key] = status[key];
  return out;
}

std::string describe(const kube::Object& summary) {
  std::string out = table({{"Shop:", text_at(summary, "/namespace") + "/" + text_at(summary, "/name")},
                           {"Endpoint:", or_dash(text_at(summary, "/endpoint"))},
                           {"Version:", or_dash(text_at(summary, "/version"))},
                           {"Previous version:", or_dash(text_at(summary, "/previousVersion"))},
                           {"Last backup:", backup_line(summary, "lastBackup")},
                           {"Last verified backup:", backup_line(summary, "lastVerifiedBackup")}});
  out +=
      "\n" + table(rows(summary, "conditions", {"CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"},
                        [](const kube::Object& each) -> Row {
                          return {text_at(each, "/type"), text_at(each, "/status"), text_at(each, "/reason"),
                                  text_at(each, "/lastTransitionTime"), text_at(each, "/message")};
                        }));
  out += "\n" +
         table(rows(summary, "services", {"SERVICE", "READY", "IMAGE"}, [](const kube::Object& each) -> Row {
           return {text_at(each, "/name"), number_at(each, "ready") + "/" + number_at(each, "desired"),
                   or_dash(text_at(each, "/image"))};
         }));
  if (summary.at("events").empty()) return out + "\nNo Events.\n";
  return out + "\n" +
         table(rows(summary, "events", {"LAST SEEN", "TYPE", "EVENT", "MESSAGE"},
                    [](const kube::Object& each) -> Row {
                      return {text_at(each, "/time"), text_at(each, "/type"), text_at(each, "/reason"),
                              text_at(each, "/message")};
                    }));
}

std::string list(const std::vector<kube::Object>& summaries) {
  std::vector<Row> rows{{"NAME", "READY", "VERSION", "ENDPOINT", "REASON"}};
  for (const auto& each : summaries)
    rows.push_back({text_at(each, "/name"), each.value("ready", false) ? "True" : "False",
                    or_dash(text_at(each, "/version")), or_dash(text_at(each, "/endpoint")),
                    or_dash(text_at(each, "/reason"))});
  return table(rows);
}

}  // namespace shop::plugin
