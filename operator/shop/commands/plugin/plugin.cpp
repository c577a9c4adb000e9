#include "operator/shop/commands/plugin/plugin.hpp"

#include "operator/kube/client/client.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/commands/plugin/logs.hpp"
#include "operator/shop/commands/plugin/options.hpp"
#include "operator/shop/commands/plugin/restore.hpp"
#include "operator/shop/commands/plugin/summary.hpp"
#include "operator/shop/spec/names.hpp"
#include "operator/shop/spec/types.hpp"
#include "services/kit/time/rfc3339.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

namespace shop::plugin {
namespace {

using namespace std::chrono_literals;
constexpr const char* field_manager = "kubectl-shop";

kube::Object find(kube::Client& client, const kube::Key& key) {
  auto shop = client.get(shop_type, key);
  if (!shop) throw std::runtime_error("there is no Shop " + key.text());
  return *shop;
}

std::vector<kube::Object> events_of(kube::Client& client, const kube::Key& key) {
  kube::Call call{"GET", kube::types::event.list_path(key.ns)};
  call.query["fieldSelector"] = "regarding.kind=Shop,regarding.name=" + key.name;
  // The server responds in one line.
  const auto line = client.open(call, 30s, {})->next();
  const auto page = kube::Object::parse(line.value_or(""), nullptr, false);
  if (!page.is_object() || !page.contains("items"))
    throw std::runtime_error("the Events cannot be read: the response is no list");
  return page["items"];
}

int status(kube::Client& client, const Options& options, const std::string& ns) {
  if (!options.name.empty()) {
    const auto shop = find(client, {ns, options.name});
    const auto result = summary(shop, events_of(client, kube::key(shop)));
    std::cout << (options.json ? result.dump(2) + "\n" : describe(result));
    return 0;
  }
  std::vector<kube::Object> all;
  for (const auto& shop : client.list(shop_type, {.ns = ns}).items) all.push_back(summary(shop, {}));
  if (options.json)
    std::cout << kube::Object(all).dump(2) << "\n";
  else if (all.empty())
    std::cerr << "There are no Shops in the namespace " << ns << ".\n";
  else
    std::cout << list(all);
  return 0;
}

int backup(kube::Client& client, const Options& options, const std::string& ns) {
  const kube::Key key{ns, options.name};
  if (!find(client, key).at("spec").contains(kube::Object::json_pointer("/database/managed/backup")))
    throw std::runtime_error("Shop " + key.text() + " has no backups: set spec.database.managed.backup");
  const auto request = kit::rfc3339(std::chrono::system_clock::now(), kit::Fraction::Micros);
  client.merge_patch(shop_type, key, {{"metadata", {{"annotations", {{backup_now_annotation, request}}}}}},
                     {.manager = field_manager});
  const auto until = std::chrono::steady_clock::now() + options.timeout;
  auto shop = find(client, key);
  for (; !backup_made(shop, request); shop = find(client, key)) {
    if (std::chrono::steady_clock::now() >= until) {
      const auto* healthy = kube::find_condition(shop, "BackupHealthy");
      throw std::runtime_error(
          "no backup after " + std::to_string(options.timeout.count()) +
          " s; it is made as soon as possible" +
          (healthy ? ": " + kube::text_at(*healthy, "/reason") + " " + kube::text_at(*healthy, "/message")
                   : ""));
    }
    std::this_thread::sleep_for(1s);
  }
  const auto& last = shop["status"]["lastBackup"];
  if (options.json)
    std::cout << last.dump(2) << "\n";
  else
    std::cout << kube::text_at(last, "/label") << " at " << kube::text_at(last, "/time") << "\n";
  return 0;
}

int restore(kube::Client& client, const Options& options, const std::string& ns) {
  const auto source = find(client, {ns, options.from});
  auto shop = restored(source, options);
  if (options.host.empty() && !kube::text_at(source, "/spec/gateway/host").empty())
    std::cerr << "The new Shop has no host, because " << options.from << " uses it; set one with --host.\n";
  if (!options.apply) {
    std::cout << shop.dump(2) << "\n";
    return 0;
  }
  client.apply(shop_type, shop, {.manager = field_manager, .must_create = true});
  std::cout << "Shop " << kube::key(shop).text() << " created\n";
  return 0;
}

int open(kube::Client& client, const Options& options, const std::string& ns) {
  const auto endpoint = kube::text_at(find(client, {ns, options.name}), "/status/endpoint");
  if (!endpoint.empty()) {
    std::cout << endpoint << "\n";
    return 0;
  }
  std::cerr << "The Shop has no endpoint (yet). One service is at http://localhost:8080 after:\n";
  std::cout << "kubectl -n " << ns << " port-forward svc/" << Names{options.name}.service(Service::Product)
            << " 8080:" << http_port << "\n";
  return 0;
}

int run(const Options& options, const Settings& settings) {
  if (options.command == "plan") return plan_command(parse_options(options.arguments), settings);
  if (options.command == "help" || options.command == "completion") {
    std::cout << (options.command == "help" ? usage : bash_completion);
    return 0;
  }
  const auto config = kube::load_config(options.kubeconfig, options.context);
  const auto ns = options.ns.empty() ? config.ns : options.ns;
  kit::Metrics metrics;
  kube::Client client(config, {.user_agent = field_manager}, metrics);
  if (options.command == "status") return status(client, options, ns);
  if (options.command == "backup") return backup(client, options, ns);
  if (options.command == "restore") return restore(client, options, ns);
  if (options.command == "logs") return logs(client, options, ns);
  return open(client, options, ns);
}

}  // namespace

std::optional<std::vector<std::string>> arguments(const std::vector<std::string>& all) {
  if (all.empty()) return std::nullopt;
  if (std::filesystem::path(all[0]).filename() == "kubectl-shop")
    return std::vector(all.begin() + 1, all.end());
  if (all.size() > 1 && all[1] == "kubectl") return std::vector(all.begin() + 2, all.end());
  return std::nullopt;
}

bool backup_made(const kube::Object& shop, const std::string& request) {
  const auto status = shop.value("status", kube::Object::object());
  const auto servers = status.value("backups", kube::Object::array());
  return !servers.empty() && std::all_of(servers.begin(), servers.end(), [&](const auto& server) {
    return kube::text_at(server, "/request").starts_with("request " + request + " to ") &&
           server.contains("last");
  });
}

int run(const std::vector<std::string>& arguments, const Settings& settings) {
  try {
    return run(parse(arguments), settings);
  } catch (const UsageError& error) {
    std::cerr << error.what() << "\n\n" << usage;
    return 64;
  } catch (const std::exception& error) {
    std::cerr << "kubectl shop: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace shop::plugin
