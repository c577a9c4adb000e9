#pragma once
#include "operator/kube/apply/apply.hpp"
#include "operator/shop/inputs/gather.hpp"
#include "operator/shop/plan/plan.hpp"

#include <string>
#include <vector>

namespace shop {

/// One object that a reconcile would write.
struct PlannedChange {
  std::string action;  ///< "create", "update", "replace" (a failed Job) or "delete"
  std::string kind, name;
  std::vector<std::string> differences;  ///< of an update: "spec.replicas: 1 -> 3"; no values of Secrets
};

/// What the next reconcile of a Shop would do.
struct PlanReport {
  kube::Key shop;
  std::vector<PlannedChange> changes;
  std::vector<std::string> problems;
  bool more_follows = false;  ///< migrations and Deployments wait for these changes
};

/// From dry runs on the API server; writes nothing.
PlanReport report_plan(kube::Api& api, const kube::Object& shop, const Gathered& gathered,
                       std::chrono::system_clock::time_point now);

std::string as_text(const std::vector<PlanReport>& reports);
/// {"shops":[{"namespace","name","changes":[{"action","kind","name","differences"}],"problems","moreFollows"}],
///  "changes":<number>}
std::string as_json(const std::vector<PlanReport>& reports);
int count_changes(const std::vector<PlanReport>& reports);

}  // namespace shop
