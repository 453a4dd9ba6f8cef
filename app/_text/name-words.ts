/**
 * The words peers are named with: colours, stones and weathers before animals. No word that describes people, none that is an insult beside an
 * animal, no animal that is one. The order decides who is called what: words are replaced, never inserted or moved.
 */
export const adjectives = (
  'Amber Azure Birch Blue Bold Brave Breezy Bright Brisk Bronze Calm Cedar Cheerful Clear Clever Cloudy ' +
  'Clover Coastal Cobalt Copper Coral Cosmic Cozy Crimson Crystal Curious Daring Dawn Dewy Drifting Dusky Eager ' +
  'Early Earnest Elm Evening Emerald Fabled Fern Festive Fleet Floral Fluent Frosty Garnet Gentle Giddy Glassy ' +
  'Glad Gleaming Golden Graceful Grand Granite Green Happy Hardy Hazel Honest Harbour Humble Indigo Island Ivory ' +
  'Jade Jolly Jovial Keen Kind Lagoon Laurel Lavender Leafy Lemon Lilac Lively Loyal Lucky Lunar Lush ' +
  'Maple Marble Meadow Mellow Merry Mighty Mild Minty Misty Moonlit Mossy Nimble Noble Northern Ocean Olive ' +
  'Opal Orchid Patient Peach Pearl Pebble Playful Plum Polar Prairie Proud Quartz Quick Quiet Rapid Rosy ' +
  'Ruby Rustic Saffron Sandy Sapphire Scarlet Serene Silent Silver Sky Snowy Spry Starry Sunny Swift Velvet'
).split(' ');

export const animals = (
  'Albatross Alpaca Antelope Armadillo Avocet Badger Bison Blackbird Bluebird Bobcat Bream Bumblebee Bunting Butterfly Camel Capybara ' +
  'Caribou Carp Chamois Chinchilla Chipmunk Cicada Clam Cod Condor Coot Cormorant Cowrie Crane Cricket Curlew Dace ' +
  'Deer Dolphin Dormouse Dove Dragonfly Duck Dunlin Eagle Egret Eider Elk Falcon Ferret Finch Firefly Flamingo ' +
  'Flounder Fox Gannet Gazelle Gecko Giraffe Goldfish Grayling Grouse Gull Guppy Haddock Halibut Hamster Hare Hawk ' +
  'Hedgehog Heron Herring Hummingbird Ibex Ibis Jackdaw Jaguar Jellyfish Kestrel Kingfisher Kudu Koala Koi Ladybird Lark ' +
  'Lemming Leopard Limpet Linnet Llama Lobster Lynx Mackerel Magpie Manatee Mantis Marlin Marmot Marten Minnow Moose ' +
  'Mussel Narwhal Newt Nightingale Ocelot Octopus Oriole Osprey Otter Owl Panda Pangolin Parrot Pelican Penguin Perch ' +
  'Pheasant Plover Puffin Quail Rabbit Raven Robin Salmon Sandpiper Seahorse Seal Sparrow Squirrel Starfish Starling Stork'
).split(' ');
