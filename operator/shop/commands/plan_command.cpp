#include "operator/shop/commands/apply_dry_run.hpp"
#include "operator/shop/commands/commands.hpp"
#include "operator/shop/commands/plan_report.hpp"
#include "operator/shop/observed/informers.hpp"
#include "services/kit/json/yaml.hpp"

#include <iostream>

namespace shop {
namespace {

Observed observe(kube::Api& api, const kube::Object& shop) {
  Observed observed;
  kube::ListOptions options;
  options.ns = kube::namespace_of(shop);
  options.label_selector = std::string(managed_selector) + "," + instance_label + "=" + kube::name(shop);
  for (const auto& type : observed_types())
    for (auto& object : api.list(type, options).items) {
      kube::strip(object);  // as the caches of the operator do
      observed.add(std::make_shared<const kube::Object>(std::move(object)));
    }
  return observed;
}

}  // namespace

int plan_command(const Options& options, const Settings& settings) {
  const kube::Clocks clocks;
  kit::Metrics metrics;
  const auto config = kube::load_config(options.kubeconfig);
  kube::Client client(config, {}, metrics);
  Sources sources(client, clocks);
  std::vector<PlanReport> reports;
  for (const auto& document : kit::json::parse_yaml(kube::read_file(options.file), options.file)) {
    if (kube::text_at(document, "/kind") != "Shop") continue;
    const auto shop = after_apply(client, config.ns, document, options.field_manager);
    const auto context = shop_context(shop, settings);
    reports.push_back(
        report_plan(client, shop, gather(context, observe(client, shop), sources), clocks.wall()));
  }
  std::cout << (options.output == "json" ? as_json(reports) : as_text(reports));
  return count_changes(reports) ? 2 : 0;
}

}  // namespace shop
