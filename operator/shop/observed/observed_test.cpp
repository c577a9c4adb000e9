#include "operator/shop/observed/observed.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

TEST(WorkloadState, IsConvergedOnceAllPodsAreNewAndReady) {
  auto deployment = kube::Object::parse(R"({"metadata":{"generation":3},"spec":{"replicas":2},
    "status":{"observedGeneration":3,"replicas":2,"updatedReplicas":2,"readyReplicas":2}})");
  EXPECT_TRUE(workload_state(&deployment).converged);
  for (auto [field, value] :
       {std::pair{"observedGeneration", 2}, {"replicas", 3}, {"updatedReplicas", 1}, {"readyReplicas", 1}}) {
    auto other = deployment;
    other["status"][field] = value;
    EXPECT_FALSE(workload_state(&other).converged) << field;
  }
}

}  // namespace
}  // namespace shop
