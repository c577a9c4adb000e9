#include "operator/shop/commands/plan_report.hpp"

#include "operator/shop/observed/ownership.hpp"
#include "operator/shop/spec/names.hpp"

#include <optional>
#include <set>

namespace shop {
namespace {

class Reporter {
 public:
  Reporter(kube::Api& api, const kube::Object& shop)
      : api_(api), applier_(api, {manager, applied_annotation}), uid_(kube::uid(shop)) {
    report_.shop = kube::key(shop);
  }

  void add(const char* action, const std::string& kind, const std::string& name) {
    report_.changes.push_back({action, kind, name, {}});
  }

  /// The differences of an object, for more to be added.
  std::vector<std::string>& update(const std::string& kind, const std::string& name) {
    for (auto& each : report_.changes)
      if (each.kind == kind && each.name == name) return each.differences;
    add("update", kind, name);
    return report_.changes.back().differences;
  }

  void apply(const DesiredObject& each, const Observed& observed) {
    const auto name = kube::name(each.object);
    try {
      const auto live = find(each, observed);
      if (live) check_controlled_by(uid_, *live);
      if (live && kube::deleting(*live)) return;
      const auto planned = applier_.plan(each.type, each.object, live ? &*live : nullptr);
      // Without a difference: a webhook or the API server changes what is applied back to what is there.
      if (live && planned.drift.empty()) return;
      if (live)
        add_differences(update(each.type.kind, name), planned.drift, name);
      else
        add("create", each.type.kind, name);
    } catch (const NameTaken& taken) {
      report_.problems.emplace_back(taken.what());
    } catch (const kube::ApiError& error) {
      if (error.transient()) throw;
      report_.problems.push_back(each.type.kind + " " + name + " would be refused: " + error.what());
    }
  }

  void create_missing(const DesiredObject& each, const Observed& observed) {
    if (!find(each, observed)) add("create", each.type.kind, kube::name(each.object));
  }

  void transfer(const OwnershipTransfer& each, const Observed& observed) {
    const auto& type = kube::types::deployment;
    const auto* live = observed.find(type, each.deployment.name);
    if (!live || kube::deleting(*live)) return;
    transferred_.insert(each.deployment.name);
    const int before = workload_state(live).desired, after = each.replicas(*live);
    if (after != before)
      update(type.kind, each.deployment.name).push_back(kube::describe({"spec.replicas", after, before}));
  }
  PlanReport& report() { return report_; }

 private:
  /// The live object, also one without the operator's label.
  std::optional<kube::Object> find(const DesiredObject& each, const Observed& observed) {
    if (const auto* known = observed.find(each.type, kube::name(each.object))) return *known;
    auto other = api_.get(each.type, kube::key(each.object));
    if (other) kube::strip(*other);
    return other;
  }

  void add_differences(std::vector<std::string>& into, const std::vector<kube::Difference>& drift,
                       const std::string& name) {
    for (const auto& difference : drift) {
      // The hash of all fields changes with any of them.
      if (difference.path.find(applied_annotation) != std::string::npos) continue;
      // The transfer comes first and keeps the number, which a dry run cannot see.
      if (difference.path == "spec.replicas" && transferred_.contains(name)) continue;
      into.push_back(kube::describe(difference));
    }
  }

  kube::Api& api_;
  kube::Applier applier_;
  std::string uid_;
  std::set<std::string> transferred_;
  PlanReport report_;
};

std::string text_of(const PlanReport& report) {
  std::string text = "Shop " + report.shop.text() + "\n";
  for (const auto& each : report.changes) {
    const char sign = each.action == "create" ? '+' : each.action == "delete" ? '-' : '~';
    text += std::string(1, sign) + " " + each.kind + " " + each.name + "\n";
    for (const auto& difference : each.differences) text += "    " + difference + "\n";
  }
  for (const auto& problem : report.problems) text += "! " + problem + "\n";
  if (report.more_follows) text += "Migrations and Deployments that wait for these follow.\n";
  return text;
}

}  // namespace

PlanReport report_plan(kube::Api& api, const kube::Object& shop, const Gathered& gathered,
                       std::chrono::system_clock::time_point now) {
  const auto& [in, observed, credentials_exist] = gathered;
  Reporter reporter(api, shop);
  auto& report = reporter.report();
  if (in.spec.paused) {
    report.problems.emplace_back("spec.paused: the operator changes nothing of this Shop");
    return report;
  }
  std::vector<std::string> credentials{in.names.passwords(), in.names.signing()};
  if (in.spec.database) credentials.push_back(in.names.certificates());
  for (const auto& name : credentials)
    if (!observed.find(kube::types::secret, name)) reporter.add("create", "Secret", name);
  const auto plan = make_plan(in, observed, now);
  const auto& changes = plan.changes;
  for (const auto& each : changes.claims) reporter.create_missing(each, observed);
  for (const auto& each : changes.transfers) reporter.transfer(each, observed);
  for (const auto& each : changes.apply) reporter.apply(each, observed);
  for (const auto& each : changes.expansions)
    reporter.update("PersistentVolumeClaim", each.claim.name)
        .push_back("spec.resources.requests.storage: " + each.size);
  for (const auto& each : changes.jobs) reporter.add("create", each.type.kind, kube::name(each.object));
  for (const auto& each : changes.retries) reporter.add("replace", "Job", kube::name(each.job.object));
  for (const auto& each : changes.deletions) reporter.add("delete", each.type.kind, each.key.name);
  for (const auto& problem : plan.progress.problems) report.problems.push_back(problem.message);
  report.more_follows = !plan.progress.migrations.done;
  return report;
}

int count_changes(const std::vector<PlanReport>& reports) {
  std::size_t count = 0;
  for (const auto& each : reports) count += each.changes.size();
  return static_cast<int>(count);
}

std::string as_text(const std::vector<PlanReport>& reports) {
  std::string text;
  for (const auto& each : reports) text += text_of(each);
  const int changes = count_changes(reports);
  return text + (changes ? std::to_string(changes) + " objects would change\n" : "nothing would change\n");
}

std::string as_json(const std::vector<PlanReport>& reports) {
  Json shops = Json::array();
  for (const auto& report : reports) {
    Json changes = Json::array();
    for (const auto& each : report.changes)
      changes.push_back({{"action", each.action},
                         {"kind", each.kind},
                         {"name", each.name},
                         {"differences", each.differences}});
    shops.push_back({{"namespace", report.shop.ns},
                     {"name", report.shop.name},
                     {"changes", std::move(changes)},
                     {"problems", report.problems},
                     {"moreFollows", report.more_follows}});
  }
  return Json{{"shops", std::move(shops)}, {"changes", count_changes(reports)}}.dump(2) + "\n";
}

}  // namespace shop
