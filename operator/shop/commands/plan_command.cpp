#include "operator/kube/apply/apply.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/inputs/gather.hpp"
#include "operator/shop/observed/informers.hpp"
#include "operator/shop/observed/ownership.hpp"
#include "operator/shop/plan/plan.hpp"
#include "operator/shop/spec/types.hpp"
#include "services/kit/json/yaml.hpp"

#include <iostream>
#include <set>

namespace shop {
namespace {

/// The Shop as the API server would store it: validated and with defaults.
kube::Object as_stored(kube::Api& api, kube::Object shop, const std::string& ns) {
  if (kube::namespace_of(shop).empty()) shop["metadata"]["namespace"] = ns;
  shop.erase("status");
  auto stored = api.apply(shop_type, shop, {.manager = "shopkeeper-plan", .dry_run = true});
  if (!kube::name(stored).empty() && kube::uid(stored).empty())
    stored["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000";
  return stored;
}

Observed observe(kube::Api& api, const kube::Object& shop) {
  Observed observed;
  kube::ListOptions options;
  options.ns = kube::namespace_of(shop);
  options.label_selector = std::string(managed_selector) + "," + instance_label + "=" + kube::name(shop);
  for (const auto& type : observed_types())
    for (auto& object : api.list(type, options).items)
      observed.add(std::make_shared<const kube::Object>(std::move(object)));
  return observed;
}

class Printer {
 public:
  Printer(kube::Api& api, const kube::Object& shop)
      : applier_(api, {manager, applied_annotation}), uid_(kube::uid(shop)) {}

  void apply(const DesiredObject& each, const Observed& observed) {
    const auto* live = observed.find(each.type, kube::name(each.object));
    if (live) check_controlled_by(uid_, *live);
    auto planned = applier_.plan(each.type, each.object, live);
    if (planned.action == kube::Applied::Action::Unchanged) return;
    line(live ? '~' : '+', each);
    if (!live) return;
    for (const auto& difference : planned.drift) {
      // The hash of all fields changes with any of them.
      if (difference.path.find(applied_annotation) != std::string::npos) continue;
      // The transfer comes first and keeps the number, which a dry run cannot see.
      if (difference.path == "spec.replicas" && transferred_.contains(kube::name(each.object))) continue;
      std::cout << "    " << kube::describe(difference) << "\n";
    }
  }
  void line(char sign, const DesiredObject& each) { line(sign, each.type.kind, kube::name(each.object)); }
  void line(char sign, const std::string& kind, const std::string& name) {
    std::cout << sign << " " << kind << " " << name << "\n";
    ++changes_;
  }
  void transferred(const OwnershipTransfer& each) { transferred_.insert(each.deployment.name); }
  int changes() const { return changes_; }

 private:
  kube::Applier applier_;
  std::string uid_;
  std::set<std::string> transferred_;
  int changes_ = 0;
};

int print(kube::Api& api, const kube::Object& shop, const Gathered& gathered,
          std::chrono::system_clock::time_point now) {
  const auto& [in, observed, credentials_exist] = gathered;
  Printer printer(api, shop);
  if (!credentials_exist) {
    printer.line('+', "Secret", in.names.passwords());
    printer.line('+', "Secret", in.names.signing());
  }
  const auto plan = make_plan(in, observed, now);
  const auto& changes = plan.changes;
  for (const auto& each : changes.claims)
    if (!observed.find(each.type, kube::name(each.object))) printer.line('+', each);
  for (const auto& each : changes.transfers) printer.transferred(each);
  for (const auto& each : changes.apply) printer.apply(each, observed);
  for (const auto& each : changes.expansions)
    printer.line('~', "PersistentVolumeClaim", each.claim.name + " to " + each.size);
  for (const auto& each : changes.jobs) printer.line('+', each);
  for (const auto& each : changes.retries) printer.line('~', each.job);
  for (const auto& each : changes.deletions) printer.line('-', each.type.kind, each.key.name);
  for (const auto& problem : plan.progress.problems) std::cout << "! " << problem.message << "\n";
  if (!plan.progress.migrations.done) std::cout << "Migrations and Deployments that wait for these follow.\n";
  return printer.changes();
}

}  // namespace

int plan_command(const Options& options, const Settings& settings) {
  const kube::Clocks clocks;
  kit::Metrics metrics;
  const auto config = kube::load_config(options.kubeconfig);
  kube::Client client(config, {}, metrics);
  Sources sources(client, clocks);
  int changes = 0;
  for (const auto& document : kit::json::parse_yaml(kube::read_file(options.file), options.file)) {
    if (kube::text_at(document, "/kind") != "Shop") continue;
    auto shop = as_stored(client, document, config.ns);
    const auto context = shop_context(shop, settings);
    std::cout << "Shop " << kube::key(shop).text() << "\n";
    changes += print(client, shop, gather(context, observe(client, shop), sources), clocks.wall());
  }
  std::cout << (changes ? std::to_string(changes) + " objects would change\n" : "nothing would change\n");
  return changes ? 2 : 0;
}

}  // namespace shop
