#include "server/hub.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace advisor::server {
namespace {

class Tab final : public Listener {
public:
    void turn_taken(std::int64_t seq) override { turns.push_back(seq); }
    void drain() override { ++drains; }

    std::vector<std::int64_t> turns;
    int drains = 0;
};

using Turns = std::vector<std::int64_t>;

TEST(Hub, ATurnIsToldToTheOthersOfItsSession) {
    Hub hub;
    Tab first, second, other, idle;
    for (Tab* tab : {&first, &second, &other, &idle}) hub.join(*tab);
    hub.follow(first, 1);
    hub.follow(second, 1);
    hub.follow(other, 2);
    hub.turn_taken(1, 5, &first);
    hub.turn_taken(3, 6, nullptr);
    EXPECT_EQ(first.turns, Turns{}) << "who took it knows";
    EXPECT_EQ(second.turns, Turns{5});
    EXPECT_EQ(other.turns, Turns{});
    EXPECT_EQ(idle.turns, Turns{});
    hub.turn_taken(1, 7, nullptr);
    EXPECT_EQ(first.turns, Turns{7}) << "a turn over plain HTTP comes from none of them";
}

TEST(Hub, AListenerFollowsOneSessionAtATime) {
    Hub hub;
    Tab tab;
    hub.join(tab);
    hub.follow(tab, 1);
    hub.follow(tab, 1);
    hub.turn_taken(1, 1, nullptr);
    EXPECT_EQ(tab.turns, Turns{1}) << "once";
    hub.follow(tab, 2);
    hub.turn_taken(1, 2, nullptr);
    hub.turn_taken(2, 3, nullptr);
    EXPECT_EQ(tab.turns, (Turns{1, 3}));
    EXPECT_EQ(hub.size(), 1U);
}

TEST(Hub, WhoLeftHearsNothing) {
    Hub hub;
    Tab tab, other;
    hub.join(tab);
    hub.follow(tab, 1);
    hub.join(other);
    hub.follow(other, 1);
    hub.leave(tab);
    hub.leave(tab);
    hub.turn_taken(1, 1, nullptr);
    hub.drain();
    EXPECT_EQ(tab.turns, Turns{});
    EXPECT_EQ(tab.drains, 0);
    EXPECT_EQ(other.turns, Turns{1});
    EXPECT_EQ(other.drains, 1);
    EXPECT_EQ(hub.size(), 1U);
}

TEST(Hub, EverybodyIsToldOfADrain) {
    Hub hub;
    Tab idle, talking;
    hub.join(idle);
    hub.join(talking);
    hub.follow(talking, 1);
    hub.drain();
    EXPECT_EQ(idle.drains, 1);
    EXPECT_EQ(talking.drains, 1);
}

TEST(Hub, EachThreadTellsItsOwnListeners) {
    net::io_context left, right;
    Hub left_hub, right_hub;
    Hubs hubs;
    hubs.add({&left, &left_hub});
    hubs.add({&right, &right_hub});
    Tab here, there;
    left_hub.join(here);
    left_hub.follow(here, 1);
    right_hub.join(there);
    right_hub.follow(there, 1);
    hubs.turn_taken(1, 4, &here);
    EXPECT_EQ(there.turns, Turns{}) << "not from this thread";
    left.run();
    std::thread other([&] { right.run(); });
    other.join();
    EXPECT_EQ(here.turns, Turns{});
    EXPECT_EQ(there.turns, Turns{4});
    left.restart();
    right.restart();
    hubs.drain();
    left.run();
    right.run();
    EXPECT_EQ(here.drains, 1);
    EXPECT_EQ(there.drains, 1);
}

}  // namespace
}  // namespace advisor::server
