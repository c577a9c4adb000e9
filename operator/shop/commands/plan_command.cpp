#include "operator/kube/apply.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/inputs/issuer.hpp"
#include "operator/shop/inputs/monitoring.hpp"
#include "operator/shop/inputs/secrets.hpp"
#include "operator/shop/observed/informers.hpp"
#include "operator/shop/spec/types.hpp"
#include "services/kit/json/yaml.hpp"

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

namespace shop {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + " cannot be read");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The Shop as the API server would store it: checked, with its defaults.
kube::Object as_stored(kube::Api& api, kube::Object shop, const std::string& space) {
  if (kube::space(shop).empty()) shop["metadata"]["namespace"] = space;
  shop.erase("status");
  auto stored = api.apply(shop_type, shop, {"shopkeeper-plan", true, true, {}});
  if (!kube::name(stored).empty() && kube::uid(stored).empty())
    stored["metadata"]["uid"] = "00000000-0000-0000-0000-000000000000";
  return stored;
}

Observed observe(kube::Api& api, const kube::Object& shop) {
  Observed observed;
  kube::ListOptions options;
  options.space = kube::space(shop);
  options.label_selector = std::string(managed_selector) + "," + instance_label + "=" + kube::name(shop);
  for (const auto& type : observed_types())
    for (auto& object : api.list(type, options).items)
      observed.add(std::make_shared<const kube::Object>(std::move(object)));
  return observed;
}

/// For a Shop that has none yet: only what depends on them is not as it will be.
void stand_in(Inputs& in) {
  for (const auto& name : password_names()) in.passwords.emplace(name, "made-when-the-shop-is");
  if (!in.signing_keys.is_object()) in.signing_keys = generate_signing_keys();
}

class Printer {
 public:
  Printer(kube::Api& api, const kube::Object& shop)
      : applier_(api, {manager, applied_annotation}), uid_(kube::uid(shop)) {}

  void wanted(const desired::Wanted& each, const Observed& observed) {
    const auto* live = observed.find(each.type, kube::name(each.object));
    if (live) check_ours(*live, uid_);
    auto planned = applier_.plan(each.type, each.object, live);
    if (planned.action == kube::Applied::Action::Unchanged) return;
    line(live ? '~' : '+', each);
    if (!live) return;
    for (const auto& difference : planned.drift) {
      // Our own mark, which changes with anything else.
      if (difference.path.find(applied_annotation) != std::string::npos) continue;
      // Handed over before, it stays: a dry run does not know.
      if (difference.path == "spec.replicas" && handed_over_.contains(kube::name(each.object))) continue;
      std::cout << "    " << kube::describe(difference) << "\n";
    }
  }
  void line(char sign, const desired::Wanted& each) { line(sign, each.type.kind, kube::name(each.object)); }
  void line(char sign, const std::string& kind, const std::string& name) {
    std::cout << sign << " " << kind << " " << name << "\n";
    ++changes_;
  }
  void handed_over(const Handover& each) { handed_over_.insert(each.deployment.name); }
  int changes() const { return changes_; }

 private:
  kube::Applier applier_;
  std::string uid_;
  std::set<std::string> handed_over_;
  int changes_ = 0;
};

int print(kube::Api& api, const kube::Object& shop, Inputs& in, Observed& observed) {
  Printer printer(api, shop);
  if (!read_generated(in, observed)) {
    printer.line('+', "Secret", in.names.passwords());
    printer.line('+', "Secret", in.names.signing());
    stand_in(in);
  }
  in.issuer = IssuerKeys(api).get();
  PodMonitors(api).look(in, observed);
  auto missing = check_secrets(in, api);
  auto plan = make_plan(in, observed, missing, std::chrono::system_clock::now());
  for (const auto& each : plan.hand_over) printer.handed_over(each);
  for (const auto& each : plan.apply) printer.wanted(each, observed);
  for (const auto& each : plan.grow)
    printer.line('~', "PersistentVolumeClaim", each.claim.name + " to " + each.size);
  for (const auto& each : plan.jobs) printer.line('+', each);
  for (const auto& each : plan.retries) printer.line('~', each.again);
  for (const auto& each : plan.remove) printer.line('-', each.type.kind, each.key.name);
  for (const auto& problem : plan.progress.problems) std::cout << "! " << problem.message << "\n";
  if (!plan.progress.migrations.done) std::cout << "Migrations and Deployments that wait for these follow.\n";
  return printer.changes();
}

}  // namespace

int plan_command(const Options& options, const Settings& settings) {
  kit::Metrics metrics;
  const auto config = kube::load_config(options.kubeconfig);
  kube::Client client(config, {}, metrics);
  int changes = 0;
  for (const auto& document : kit::json::parse_yaml(read_file(options.file), options.file)) {
    if (kube::text_at(document, "/kind") != "Shop") continue;
    auto shop = as_stored(client, document, config.space);
    auto in = inputs_of(shop, parse_shop(shop), settings);
    auto observed = observe(client, shop);
    std::cout << "Shop " << kube::key(shop).text() << "\n";
    changes += print(client, shop, in, observed);
  }
  std::cout << (changes ? std::to_string(changes) + " objects would change\n" : "nothing would change\n");
  return changes ? 2 : 0;
}

}  // namespace shop
