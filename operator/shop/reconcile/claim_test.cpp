#include "operator/shop/testing/test_shop.hpp"

#include <gtest/gtest.h>

namespace shop {
namespace {

using testing::TestShop;
using namespace std::chrono_literals;

/// Another operator in the same cluster, of another release.
struct Other {
  explicit Other(TestShop& shop)
      : reconciler(shop.cluster, shop.cluster.view(), Settings{"shopkeeper", "1.0"},
                   [](const kube::Object&, const kube::Event&) {}, shop.clocks(),
                   {.identity = "other/shopkeeper-operator"}) {}
  kube::Result reconcile() { return reconciler({"shops", "shop"}, {}); }
  Reconciler reconciler;
};

bool repairs(TestShop& shop, const std::function<void()>& reconcile) {
  shop.cluster.objects.erase({"Deployment", "shop-user"});
  reconcile();
  return shop.cluster.objects.contains({"Deployment", "shop-user"});
}

TEST(Claim, OneOfTwoOperatorsManagesAShop) {
  TestShop shop;
  Other other(shop);
  shop.settle();
  EXPECT_EQ(shop.object()["status"]["operator"]["owner"], "default/shopkeeper-operator");
  const auto ready = shop.condition("Ready");
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(repairs(shop, [&] { EXPECT_TRUE(other.reconcile().requeue_after); }));
    EXPECT_TRUE(repairs(shop, [&] { shop.reconcile(); }));
    shop.cluster.run_workloads();
    shop.reconcile();
    shop.now += 121s;
  }
  EXPECT_EQ(shop.object()["status"]["operator"]["owner"], "default/shopkeeper-operator");
  EXPECT_EQ(shop.reason("Conflict"), "ManagedElsewhere");
  EXPECT_NE(shop.condition("Conflict")["message"].get<std::string>().find("other/shopkeeper-operator"),
            std::string::npos);
  EXPECT_EQ(shop.status("Ready"), "True") << "only the owner writes the usual conditions";
}

TEST(Claim, RestsWithoutWrites) {
  TestShop shop;
  Other other(shop);
  shop.settle();
  other.reconcile();
  shop.reconcile();
  const auto writes = shop.cluster.writes;
  for (int pass = 0; pass < 3; ++pass) {
    other.reconcile();
    shop.reconcile();
    shop.now += 10s;
  }
  EXPECT_EQ(shop.cluster.writes, writes);
}

TEST(Claim, PassesToAnotherOperatorWhenTheOwnerDoesNotAnswer) {
  TestShop shop;
  Other other(shop);
  shop.settle();
  EXPECT_FALSE(repairs(shop, [&] { other.reconcile(); }));
  shop.now += 119s;
  EXPECT_FALSE(repairs(shop, [&] { other.reconcile(); }));
  shop.now += 2s;
  EXPECT_TRUE(repairs(shop, [&] { other.reconcile(); }));
  EXPECT_EQ(shop.object()["status"]["operator"]["owner"], "other/shopkeeper-operator");
  EXPECT_EQ(shop.reason("Conflict"), "TakenOver");
  EXPECT_FALSE(repairs(shop, [&] { shop.reconcile(); })) << "the former owner stands back";
}

TEST(Claim, EndsTheConflictOnceTheOtherOperatorIsGone) {
  TestShop shop;
  shop.settle();
  {
    Other other(shop);
    other.reconcile();
  }
  EXPECT_TRUE(shop.reconcile().requeue_after);
  EXPECT_EQ(shop.status("Conflict"), "True");
  shop.now += 361s;
  shop.reconcile();
  EXPECT_EQ(shop.reason("Conflict"), "SoleOperator");
  EXPECT_FALSE(shop.reconcile().requeue_after);
}

}  // namespace
}  // namespace shop
