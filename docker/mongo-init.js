/* global db */
// Runs once, when the volume of MongoDB is made: the user of MiniMeet, who can do nothing outside of its own database.
db.getSiblingDB('minimeet').createUser({
  user: 'minimeet',
  pwd: process.env.MONGODB_PASSWORD,
  roles: [{ role: 'readWrite', db: 'minimeet' }],
});
